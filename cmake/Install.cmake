# SPDX-License-Identifier: MIT
# Installs the command, both libraries, the headers, and packages for pkg-config and CMake.
include(CMakePackageConfigHelpers)

install(TARGETS mlp RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
foreach(kind static shared)
  install(TARGETS mlp_${kind} EXPORT mlp-${kind}
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
endforeach()
install(DIRECTORY include/mlp DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")

set(MLP_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/mlp)
foreach(kind static shared)
  install(EXPORT mlp-${kind} NAMESPACE mlp:: DESTINATION ${MLP_PACKAGE_DIR})
endforeach()
configure_package_config_file(cmake/mlp-config.cmake.in mlp-config.cmake
                              INSTALL_DESTINATION ${MLP_PACKAGE_DIR})
write_basic_package_version_file(mlp-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/mlp-config.cmake ${PROJECT_BINARY_DIR}/mlp-config-version.cmake
        DESTINATION ${MLP_PACKAGE_DIR})

# The .pc file derives the prefix from its own place, so that the installed tree can be moved.
file(RELATIVE_PATH MLP_PC_TO_PREFIX /p/${CMAKE_INSTALL_LIBDIR}/pkgconfig /p)
set(MLP_PC_REQUIRES)
if(MLP_HAS_ZSTD)
  string(APPEND MLP_PC_REQUIRES ", libzstd")
endif()
configure_file(cmake/mlp.pc.in mlp.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/mlp.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

add_custom_command(OUTPUT mlp.1 COMMAND mlp help --man > mlp.1 DEPENDS mlp)
add_custom_target(mlp_manual ALL DEPENDS mlp.1)
install(FILES ${PROJECT_BINARY_DIR}/mlp.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)

# The library for the Python wheel, in the folder of the package (python/pyproject.toml).
install(FILES $<TARGET_FILE:mlp_shared> DESTINATION mlp RENAME libmlp.so COMPONENT python EXCLUDE_FROM_ALL)
