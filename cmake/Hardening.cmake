# SPDX-License-Identifier: MIT
# What makes a defect in memory harder to exploit: canaries on the stack, checked library calls, protected jumps, and
# tables of addresses that are read-only once the program runs. tests/package/hardening looks at the result.
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

# Executables that may lie anywhere in memory, as the library does.
include(CheckPIESupported)
check_pie_supported(LANGUAGES C)
