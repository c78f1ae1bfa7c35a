# SPDX-License-Identifier: MIT
# Builds a small shared object (mpi/transport.c) for each implementation of MPI that is installed,
# with the compiler wrapper of that implementation, which knows its headers and libraries. The
# command loads one on request (cli/ranks.c).
if(NOT MLP_SANITIZE AND NOT CMAKE_CROSSCOMPILING)
  foreach(implementation openmpi mpich)
    find_program(MLP_MPICC_${implementation} mpicc.${implementation})
    if(NOT MLP_MPICC_${implementation})
      continue()
    endif()
    set(object ${PROJECT_BINARY_DIR}/libmlp-${implementation}.so)
    add_custom_command(
      OUTPUT ${object}
      COMMAND ${MLP_MPICC_${implementation}} -std=gnu17 -O2 -fPIC -shared -fvisibility=hidden -Wall -Wextra
              -I${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/mpi/transport.c -o ${object}
      DEPENDS ${PROJECT_SOURCE_DIR}/mpi/transport.c ${PROJECT_SOURCE_DIR}/mpi/transport.h
              ${PROJECT_SOURCE_DIR}/include/mlp/ranks.h
      VERBATIM)
    add_custom_target(mlp_${implementation} DEPENDS ${object})
    add_dependencies(mlp mlp_${implementation}) # building the command also builds this object
    if(MLP_INSTALL)
      install(PROGRAMS ${object} DESTINATION ${CMAKE_INSTALL_LIBDIR}/mlp)
    endif()
  endforeach()
endif()
