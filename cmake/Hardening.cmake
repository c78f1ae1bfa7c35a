# SPDX-License-Identifier: MIT
# Makes memory errors harder to exploit: stack canaries, checked library calls, protected jumps, and
# address tables that are read-only once the program runs. tests/package/hardening checks the
# result.
include(CheckCCompilerFlag)
option(MLP_HARDENING "Harden the library and the command against defects in memory" ON)

add_library(mlp_hardening INTERFACE)
if(MLP_HARDENING AND NOT MLP_SANITIZE)
  foreach(flag -fstack-protector-strong -fstack-clash-protection -fcf-protection=full)
    string(MAKE_C_IDENTIFIER "HAS${flag}" has)
    check_c_compiler_flag(${flag} ${has})
    if(${has})
      target_compile_options(mlp_hardening INTERFACE ${flag})
    endif()
  endforeach()
  target_compile_options(mlp_hardening INTERFACE $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE>
                         $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=2>)
  target_link_options(mlp_hardening INTERFACE LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack)
endif()

# Builds executables that can be loaded at any address, like the library.
include(CheckPIESupported)
check_pie_supported(LANGUAGES C)
