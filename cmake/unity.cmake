# SPDX-License-Identifier: Apache-2.0
# Joined compilation (CMAKE_UNITY_BUILD, in the presets `test`, `release`, `asan`, `tsan` and `fuzz`): several
# sources of a target become one translation unit, which takes a quarter of the time. The preset `dev` compiles each
# alone, so a source cannot live on its neighbour's includes.
#
# Sources here have a name in their unnamed namespace that a neighbour has too: they are compiled alone.
set(PLATEN_ALONE
    config/mask.cpp
    config/print.cpp
    mfp-datamodel/dm_document.cpp
    proxy/app/one_shot.cpp
    proxy/app/record_command.cpp
    proxy/app/settings_backup.cpp
    proxy/cwmp/rpc_set_values.cpp
    proxy/cwmp/soap_reader.cpp
    proxy/cwmp/soap_requests.cpp
    proxy/fleet/refresh_diagnostic.cpp
    proxy/fleet/test_page_diagnostic.cpp
    proxy/fleet/udp_echo_config.cpp
    proxy/net/digest_verifier.cpp
    proxy/net/lan.cpp
    proxy/net/resolver.cpp
    proxy/net/udp.cpp
    proxy/snmp/ber_writer.cpp
    proxy/snmp/pdu_reader.cpp
    proxy/snmp/trap_message.cpp
    proxy/snmp/usm_key_making.cpp
    tests/integration/gateway_test.cpp
    tests/integration/lightweight_test.cpp
    tests/integration/transfer_test.cpp
    tests/sim/demo/demo.cpp
    tests/sim/demo/demo_steps.cpp
    tests/unit/mibmap/overlay_test.cpp
    tests/unit/proxy/app/trap_service_test.cpp
    tests/unit/proxy/cwmp/autonomous_test.cpp
    tests/unit/proxy/cwmp/objects_test.cpp
    tests/unit/proxy/diagnostics/throughput_test.cpp
    tests/unit/proxy/diagnostics/trace_route_test.cpp
    tests/unit/proxy/diagnostics/udp_echo_test.cpp
    tests/unit/proxy/discovery/wsd_test.cpp
    tests/unit/proxy/firmware/update_test.cpp
    tests/unit/proxy/fleet/printer_life_test.cpp
    tests/unit/proxy/fleet/site_test.cpp
    tests/unit/proxy/fleet/supply_book_test.cpp
    tests/unit/proxy/fleet/test_page_test.cpp
    tests/unit/proxy/net/neighbour_table_test.cpp
    tests/unit/proxy/net/http/digest_verifier_test.cpp
    tests/unit/proxy/snmp/trap_receiver_test.cpp
    tests/unit/proxy/snmp/usm_crypto_test.cpp
    tests/unit/proxy/snmp/v3_message_test.cpp
    tests/unit/proxy/store/transfer_rows_test.cpp
    tests/unit/proxy/transfer/start_failure_test.cpp)

# platen_alone(SOURCE...): of these sources of the current folder, marks those in the list.
function(platen_alone)
    foreach(source ${ARGN})
        cmake_path(ABSOLUTE_PATH source NORMALIZE OUTPUT_VARIABLE path)
        cmake_path(RELATIVE_PATH path BASE_DIRECTORY ${CMAKE_SOURCE_DIR})
        if(path IN_LIST PLATEN_ALONE)
            set_source_files_properties(${source} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
        endif()
    endforeach()
endfunction()
