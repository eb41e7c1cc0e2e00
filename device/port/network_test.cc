// The network blob: there and back, and every way in which it can be wrong.
#include "device/port/network.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "base/random.h"
#include "device/link/crc32.h"
#include "device/port/test/any_network.h"

namespace mote {
namespace {

constexpr uint8_t kParts[60] = {1, 2, 3};

std::vector<uint8_t> network_example(const std::function<void(Network&)>& change = nullptr) {
  static uint8_t seed[kNetworkSeedBytes] = {9, 8, 7};
  Network network{{10, 0, 2, 2},    8883, {192, 168, 1, 20}, {255, 255, 255, 0}, {192, 168, 1, 1},
                  "broker.example", seed, {kParts, 10},      {kParts, 60},       {kParts, 30}};
  if (change) change(network);
  std::vector<uint8_t> blob(kMaxNetworkBytes);
  blob.resize(network_write(network, blob.data(), blob.size()));
  return blob;
}

void fit_checksum(std::vector<uint8_t>& blob) {
  const uint32_t check = crc32(blob.data(), blob.size() - 4);
  for (size_t i = 0; i < 4; ++i) blob[blob.size() - 4 + i] = static_cast<uint8_t>(check >> 8 * i);
}

// With a checksum that fits, so that only the change itself can be found wrong.
mote_status network_changed(size_t at, uint8_t value) {
  std::vector<uint8_t> blob = network_example();
  blob[at] = value;
  fit_checksum(blob);
  return read_any_network(blob.data(), blob.size());
}

TEST(Network, N1_ComesBackAsItWasWritten) {
  std::vector<uint8_t> sector = network_example();
  ASSERT_EQ(sector.size(), kNetworkHeadBytes + 100 + 4);
  sector.resize(4096, 0xff);
  Network network{};
  ASSERT_EQ(network_read(sector.data(), sector.size(), &network), MOTE_OK);
  EXPECT_STREQ(network.host_name, "broker.example");
  EXPECT_EQ(network.port, 8883);
  EXPECT_EQ(network.seed[0], 9);
  EXPECT_EQ(network.certificate.count, 60);
  EXPECT_EQ(memcmp(network.key.bytes, kParts, 30), 0);
  EXPECT_EQ(read_any_network(sector.data(), sector.size()), MOTE_OK);
}

TEST(Network, N1_RefusesErasedFlashAndEveryTruncation) {
  for (const uint8_t erased : {0xff, 0x00}) {
    const std::vector<uint8_t> sector(4096, erased);
    EXPECT_EQ(read_any_network(sector.data(), sector.size()), MOTE_MALFORMED);
  }
  const std::vector<uint8_t> blob = network_example();
  for (size_t count = 0; count < blob.size(); ++count) EXPECT_EQ(read_any_network(blob.data(), count), MOTE_TRUNCATED) << count;
}

TEST(Network, N2_RefusesOtherVersionsAndLengths) {
  EXPECT_EQ(network_changed(4, 2), MOTE_UNSUPPORTED_VERSION);
  for (const size_t at : {124, 126, 128}) EXPECT_EQ(network_changed(at, 11), MOTE_MALFORMED) << "lengths that do not add up";
  EXPECT_EQ(network_changed(124, 0), MOTE_MALFORMED);
}

TEST(Network, N3_RefusesEverySingleBitFlip) {
  std::vector<uint8_t> blob = network_example();
  for (size_t bit = 0; bit < 8 * blob.size(); ++bit) {
    blob[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
    EXPECT_NE(read_any_network(blob.data(), blob.size()), MOTE_OK) << bit;
    blob[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
  }
}

TEST(Network, N4_AddressesAreOnesThatCanBeUsed) {
  const auto none = [](auto change) { return network_example(change).empty(); };
  EXPECT_TRUE(none([](Network& network) { memset(network.broker, 0, 4); }));
  EXPECT_TRUE(none([](Network& network) { network.port = 0; }));
  EXPECT_TRUE(none([](Network& network) { network.netmask[1] = 253; }));
  EXPECT_TRUE(none([](Network& network) { memset(network.netmask, 0, 4); }));
  EXPECT_TRUE(none([](Network& network) { network.router[0] = 10; })) << "a router in another net";
  EXPECT_TRUE(none([](Network& network) { memset(network.own, 0, 4); })) << "a router without an own address";
  EXPECT_FALSE(none([](Network& network) { memset(network.router, 0, 4); }));
  EXPECT_FALSE(none([](Network& network) {
    memset(network.own, 0, 4), memset(network.netmask, 0, 4), memset(network.router, 0, 4);
  })) << "DHCP";
}

TEST(Network, N5_TheHostNameIsOneName) {
  for (const char* name : {"", "*.example", "Broker", "-a", ".a", "a b", "a/b"})
    EXPECT_TRUE(network_example([name](Network& network) { network.host_name = name; }).empty()) << name;
  EXPECT_EQ(network_changed(28 + 63, 'x'), MOTE_MALFORMED) << "text after its end";
  const std::string longest(kMaxHostNameBytes, 'a'), longer(kMaxHostNameBytes + 1, 'a');
  EXPECT_FALSE(network_example([&](Network& network) { network.host_name = longest.c_str(); }).empty());
  EXPECT_TRUE(network_example([&](Network& network) { network.host_name = longer.c_str(); }).empty());
}

TEST(Network, N6_TheSeedWasFilledInAndReservedBytesAreZero) {
  for (const uint8_t value : {0x00, 0xff}) {
    std::vector<uint8_t> blob = network_example();
    std::fill_n(blob.begin() + 92, kNetworkSeedBytes, value);
    fit_checksum(blob);
    EXPECT_EQ(read_any_network(blob.data(), blob.size()), MOTE_MALFORMED);
  }
  for (const size_t at : {14, 15, 130, 131}) EXPECT_EQ(network_changed(at, 1), MOTE_MALFORMED) << at;
}

TEST(Network, AnyMutationIsReadOrRefusedInPeace) {
  Random random(1);
  for (int round = 0; round < 20000; ++round) {
    std::vector<uint8_t> blob = network_example();
    for (uint64_t left = 1 + random.below(8); left > 0; --left)
      blob[random.below(blob.size())] = static_cast<uint8_t>(random.next());
    if (random.below(2) == 0) fit_checksum(blob);
    read_any_network(blob.data(), random.below(4) == 0 ? random.below(blob.size() + 1) : blob.size());
  }
}

}  // namespace
}  // namespace mote
