# SPDX-License-Identifier: MIT
# The kernels: src/math/kernels.inc and the files that it includes are compiled once for each
# instruction set, by the small files src/math/kernels_*.c. Their flags are set only here.
set(MLP_KERNEL_FLAGS -O3 -fno-math-errno -fno-trapping-math)
if(MLP_FUZZ) # instrumented and unrolled, they would take clang a quarter of an hour to compile
  list(PREPEND MLP_KERNEL_FLAGS -fno-sanitize=fuzzer-no-link,undefined)
  list(TRANSFORM MLP_KERNEL_FLAGS REPLACE "-O3" "-O1")
endif()
set_source_files_properties(src/math/kernels_baseline.c PROPERTIES COMPILE_OPTIONS "${MLP_KERNEL_FLAGS}")
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set_source_files_properties(src/math/kernels_avx2.c PROPERTIES COMPILE_OPTIONS
                              "${MLP_KERNEL_FLAGS};-mavx2;-mfma")
  set_source_files_properties(src/math/kernels_avx512.c PROPERTIES COMPILE_OPTIONS
    "${MLP_KERNEL_FLAGS};-mavx512f;-mavx512vl;-mavx512dq;-mavx512bw;-mfma;-mprefer-vector-width=512")
  set_source_files_properties(src/math/kernels_bf16.c PROPERTIES COMPILE_OPTIONS
    "${MLP_KERNEL_FLAGS};-mavx512f;-mavx512vl;-mavx512dq;-mavx512bw;-mavx512bf16;-mfma;-mprefer-vector-width=512")
endif()
