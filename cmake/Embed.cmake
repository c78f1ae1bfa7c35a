# SPDX-License-Identifier: MIT
# Turns files whose text the library writes into its exports into arrays of C: src/web/model.js
# becomes text_model_js in web/texts.inc.
set(MLP_TEXTS model.js page.js page.css)
set(definitions "")
foreach(name ${MLP_TEXTS})
  set(file ${PROJECT_SOURCE_DIR}/src/web/${name})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  string(REPLACE "." "_" identifier ${name})
  string(APPEND definitions "static const char text_${identifier}[] = {${bytes}0};\n")
endforeach()
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/web/texts.inc CONTENT "@definitions@" @ONLY)
target_include_directories(mlp_objects PRIVATE ${PROJECT_BINARY_DIR}/generated)
