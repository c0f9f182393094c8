// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/app.hpp"

int main(int argc, char** argv) {
    return platen::app::run(argc, argv);
}
