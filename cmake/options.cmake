# SPDX-License-Identifier: Apache-2.0
# The one place for compiler flags: every target of ours links platen_options.
include(${CMAKE_CURRENT_LIST_DIR}/unity.cmake)
add_library(platen_options INTERFACE)
target_include_directories(platen_options INTERFACE ${CMAKE_SOURCE_DIR})
# Every translation unit must agree on JSON_DIAGNOSTICS (one definition rule).
target_compile_definitions(platen_options INTERFACE JSON_DIAGNOSTICS=1 JSON_USE_IMPLICIT_CONVERSIONS=0)
target_compile_options(platen_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
    -Wold-style-cast -Woverloaded-virtual -Wvla -Wformat=2
    $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op>
    # Joined sources look to g++ like headers whose unnamed namespaces others could see.
    $<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:${CMAKE_UNITY_BUILD}>>:-Wno-subobject-linkage>
    $<$<BOOL:${PLATEN_WERROR}>:-Werror>)
if(PLATEN_SANITIZE)
    target_compile_options(platen_options INTERFACE
        -fsanitize=${PLATEN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(platen_options INTERFACE -fsanitize=${PLATEN_SANITIZE})
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_definitions(platen_options INTERFACE _FORTIFY_SOURCE=2 _GLIBCXX_ASSERTIONS)
    # g++ 12 warns of impossible states inside its own inlined std::string and std::variant (GCC
    # bugs 105651, 105329, 80635); the debug and sanitizer builds keep all warnings, as errors.
    target_compile_options(platen_options INTERFACE -fstack-protector-strong
        $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-array-bounds -Wno-maybe-uninitialized
            -Wno-free-nonheap-object>)
    set(CMAKE_POSITION_INDEPENDENT_CODE ON)
    target_link_options(platen_options INTERFACE -Wl,-z,relro,-z,now)
endif()

# Every test program reads the model and the maps: unoptimised, that is most of its time.
set(PLATEN_OPTIMISED_IN_DEBUG base datamodel mibmap)

# platen_library(NAME SOURCES ... LINK ... PRIVATE_LINK ...): one folder, one static library.
function(platen_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINK;PRIVATE_LINK" ${ARGN})
    add_library(platen_${name} STATIC ${ARG_SOURCES})
    platen_alone(${ARG_SOURCES})
    add_library(platen::${name} ALIAS platen_${name})
    target_link_libraries(platen_${name} PUBLIC ${ARG_LINK} PRIVATE platen_options ${ARG_PRIVATE_LINK})
    target_include_directories(platen_${name} PUBLIC ${CMAKE_SOURCE_DIR})
    if(name IN_LIST PLATEN_OPTIMISED_IN_DEBUG)
        target_compile_options(platen_${name} PRIVATE $<$<CONFIG:Debug>:-O1>)
    endif()
endfunction()

# platen_test(NAME SOURCES ... LINK ... [LABEL unit]): one test program a folder.
function(platen_test name)
    cmake_parse_arguments(ARG "" "LABEL" "SOURCES;LINK" ${ARGN})
    if(NOT ARG_LABEL)
        set(ARG_LABEL unit)
    endif()
    # Integration tests mostly wait for programs: begun first, they run beside the others.
    set(cost 0)
    if(ARG_LABEL STREQUAL integration)
        set(cost 10)
    endif()
    add_executable(${name} ${ARG_SOURCES})
    platen_alone(${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE platen_options ${ARG_LINK} GTest::gmock GTest::gtest_main)
    target_compile_definitions(${name} PRIVATE
        PLATEN_SHARED="${PLATEN_SHARED}" PLATEN_SOURCE="${CMAKE_SOURCE_DIR}"
        PLATEN_BIN="${CMAKE_BINARY_DIR}/bin")
    gtest_discover_tests(${name} PROPERTIES LABELS ${ARG_LABEL} COST ${cost}
                         DISCOVERY_TIMEOUT 60)
endfunction()
