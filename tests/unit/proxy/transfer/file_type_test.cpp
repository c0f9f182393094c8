// SPDX-License-Identifier: Apache-2.0
#include "proxy/transfer/file_type.hpp"

#include "proxy/transfer/file_url.hpp"

#include <gtest/gtest.h>

namespace platen::transfer {
namespace {

TEST(TransferFileType, ReadsTheTypesOfEachDirection) {
    using Content = FileType::Content;
    struct Row {
        Kind kind;
        const char* text;
        Content content;
        std::uint32_t instance;
    };
    for (const auto& row :
         {Row{Kind::Download, "1 Firmware Upgrade Image", Content::Firmware, 0},
          Row{Kind::ScheduledDownload, "3 Vendor Configuration File", Content::Configuration, 0},
          Row{Kind::Upload, "1 Vendor Configuration File", Content::Configuration, 0},
          Row{Kind::Upload, "2 Vendor Log File", Content::Log, 0},
          Row{Kind::Upload, "3 Vendor Configuration File 7", Content::Configuration, 7},
          Row{Kind::Upload, "4 Vendor Log File", Content::Log, 0},
          Row{Kind::Upload, "4 Vendor Log File 4294967295", Content::Log, 4294967295U}}) {
        const auto type = readFileType(row.kind, row.text);
        ASSERT_TRUE(type) << row.text;
        EXPECT_EQ(type->content, row.content) << row.text;
        EXPECT_EQ(type->instance.value_or(0), row.instance) << row.text;
    }
}

TEST(TransferFileType, RefusesEverythingElse) {
    for (const auto* text :
         {"", "1", "2 Web Content", "4 Tone File", "5 Ringer File", "6 Stored Firmware Image",
          "X ABCDEF thing", "4 Vendor Log File", "3 Vendor Configuration File 1",
          "3  Vendor Configuration File", "1 firmware upgrade image"}) {
        EXPECT_FALSE(readFileType(Kind::Download, text)) << text;
    }
    for (const auto* text :
         {"1 Firmware Upgrade Image", "4 Vendor Log File 0", "4 Vendor Log File -1",
          "4 Vendor Log File 4294967296", "4 Vendor Log File x", "4 Vendor Log File ",
          "2 Vendor Log File 1", "4 Vendor Log Files"}) {
        EXPECT_FALSE(readFileType(Kind::Upload, text)) << text;
    }
}

// The list of GetAllQueuedTransfers counts otherwise (C-XFER).
TEST(TransferFileType, ListsUploadsUnderTheNamesOfTheList) {
    EXPECT_EQ(listedFileType(Kind::Upload, "2 Vendor Log File"), "4 Vendor Log File");
    EXPECT_EQ(listedFileType(Kind::Upload, "4 Vendor Log File 2"), "7 Vendor Log File 2");
    EXPECT_EQ(listedFileType(Kind::Upload, "3 Vendor Configuration File 2"),
              "6 Vendor Configuration File 2");
    EXPECT_EQ(listedFileType(Kind::Upload, "1 Vendor Configuration File"),
              "3 Vendor Configuration File");
    EXPECT_EQ(listedFileType(Kind::Download, "1 Firmware Upgrade Image"),
              "1 Firmware Upgrade Image");
}

// C-XFER-02
TEST(TransferFileUrl, TakesHttpHttpsAndFtpWithoutUserNames) {
    for (const auto* url :
         {"http://h/f", "https://h:444/f?a=b", "ftp://h/f", "HTTP://h", "http://[::1]:80/f"}) {
        EXPECT_TRUE(checkFileUrl(url).good()) << url;
    }
    for (const auto* url : {"file:///etc/passwd", "tftp://h/f", "sftp://h/f", "ldap://h/f"}) {
        EXPECT_EQ(checkFileUrl(url).code, FaultCode::Protocol) << url;
    }
    for (const auto* url : {"", "h/f", "http://", "http://u@h/f", "http://u:p@h/f", "http://:p@h/f",
                            "http://h:99999/", "http://h h/", "/f"}) {
        EXPECT_EQ(checkFileUrl(url).code, FaultCode::InvalidArguments) << url;
    }
}

}  // namespace
}  // namespace platen::transfer
