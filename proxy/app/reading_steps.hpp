// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mibmap/map_set.hpp"
#include "proxy/app/diagnosis.hpp"
#include "proxy/discovery/contact.hpp"
#include "proxy/fleet/printer_device.hpp"
#include "proxy/fleet/well_known.hpp"

#include <span>
#include <vector>

namespace platen::app {

// What reading a printer shows, as steps of a diagnosis.

/// `view`: which parts of the MIB the credential sees.
void addViewOf(const discovery::Contact& contact, std::vector<DiagnosisStep>& steps);
/// `map`: files, why each of them, quirks.
void addMap(const discovery::Contact& contact,
            const mibmap::MapSet& maps,
            std::vector<DiagnosisStep>& steps);
/// `reading`: one step for each group. False if one failed or has problems.
bool addGroups(std::span<const fleet::GroupReport> reports, std::vector<DiagnosisStep>& steps);
/// `agent`: what the engine found out about it while it was read.
void addAgent(const snmp::LearnedLimits& limits, std::vector<DiagnosisStep>& steps);
/// `complete`: what the printer does not tell. False if something is missing.
bool addMissing(const fleet::PrinterDevice& device,
                const fleet::WellKnown& names,
                std::vector<DiagnosisStep>& steps);

}  // namespace platen::app
