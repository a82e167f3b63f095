# Run at every build: writes version.cpp if the commit has changed.
execute_process(
  COMMAND git -c safe.directory=* describe --always --dirty=+ --abbrev=10 --exclude=*
  WORKING_DIRECTORY "${SOURCE_DIR}"
  OUTPUT_VARIABLE MYOWAVE_COMMIT
  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT MYOWAVE_COMMIT)
  set(MYOWAVE_COMMIT unknown)
endif()
configure_file("${TEMPLATE}" "${OUTPUT}" @ONLY)
