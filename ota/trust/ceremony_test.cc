// The ceremony on disk: keys made, added, replaced and taken away, by one holder or by several in turn.
#include "ota/trust/ceremony.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/test/memory_file_system.h"
#include "ota/trust/test/keys.h"

namespace mote {
namespace {

using testing::HasSubstr;

template <typename T>
T sure_of(Result<T> result) {
  EXPECT_TRUE(result.ok()) << result.error().line();
  return std::move(result).value();
}

class CeremonyTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "mote-ceremony-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    workspace_.folder = folder_ / ".mote";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  TrustRoot init(const std::map<std::string, Quorum>& quorums = {}) { return sure_of(init_keys(files_, workspace_, quorums)); }
  TrustRoot in_force() { return sure_of(read_root(files_, workspace_.root())); }
  KeyRing ring(std::vector<Path> more = {}) { return {files_, workspace_, no_passphrase, std::move(more)}; }

  // As a holder does who takes the key home on a stick.
  Path take_away(const std::string& role, const PublicKey& key) {
    const Path from = key_path(workspace_, role, key), to = folder_ / from.filename();
    std::filesystem::rename(from, to);
    return to;
  }
  Result<RootChange> replace(const RoleField& role, std::vector<PublicKey> leave, std::vector<PublicKey> join,
                             bool by_standby = false) {
    TRY(const TrustRoot next,
        edited(in_force(), {.role = role, .leave = std::move(leave), .join = std::move(join), .threshold = {}}));
    KeyRing keys = ring();
    return propose_root(files_, workspace_, keys, next, by_standby);
  }

  Path folder_;
  Workspace workspace_;
  DiskFileSystem files_;
};

TEST_F(CeremonyTest, InitMakesKeysThatOnlyTheirOwnerReads) {
  const TrustRoot root = init();
  const auto mode = [](const Path& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 0777;
  };
  EXPECT_EQ(mode(workspace_.folder), 0700u);
  EXPECT_EQ(mode(workspace_.keys()), 0700u);
  EXPECT_EQ(mode(key_path(workspace_, "image", root.image.keys[0])), 0600u);
  EXPECT_EQ(in_force(), root);
  const Signers signers = sure_of(ring().enough_signers(kImageRole, root));
  EXPECT_EQ(signers.keys.at(0).public_key, root.image.keys[0]);

  const Result<TrustRoot> again = init_keys(files_, workspace_);
  ASSERT_FALSE(again.ok());
  EXPECT_THAT(again.error().line(), HasSubstr("never replaced"));
  EXPECT_EQ(in_force(), root) << "nothing was replaced";
}

TEST_F(CeremonyTest, InitLeavesNothingWhenTheDiskIsFull) {
  MemoryFileSystem files;
  files.full = true;
  EXPECT_FALSE(init_keys(files, Workspace{".mote"}).ok());
  EXPECT_TRUE(files.files.empty());
}

TEST_F(CeremonyTest, QuorumsAreReadStrictly) {
  EXPECT_EQ(parse_quorum("2of3").value().threshold, 2u);
  EXPECT_EQ(parse_quorum("2of3").value().keys, 3u);
  for (const char* text : {"", "2", "of3", "0of1", "3of2", "1of6", "2of3 ", "2 of 3", "-1of3"})
    EXPECT_FALSE(parse_quorum(text).ok()) << text;
}

TEST_F(CeremonyTest, AnEncryptedKeyWantsItsPassphrase) {
  const TrustRoot root = sure_of(init_keys(files_, workspace_, {}, "correct horse"));
  EXPECT_FALSE(ring().enough_signers(kImageRole, root).ok());
  const auto said = [](const char* word) {
    return [word](const std::string&, bool) { return Result<std::string>(std::string(word)); };
  };
  EXPECT_TRUE(KeyRing(files_, workspace_, said("correct horse")).enough_signers(kImageRole, root).ok());
  EXPECT_THAT(KeyRing(files_, workspace_, said("wrong")).enough_signers(kImageRole, root).error().line(),
              HasSubstr("passphrase"));
}

TEST_F(CeremonyTest, AKeyFileWithAnotherKeyIsRefused) {
  const TrustRoot root = init();
  const std::string director = sure_of(files_.read_text(key_path(workspace_, "director", root.director.keys[0])));
  ASSERT_TRUE(files_.write_text(key_path(workspace_, "image", root.image.keys[0]), director, Access::owner_only).ok());
  const auto read = ring().enough_signers(kImageRole, root);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().cause, Cause::untrusted);
  EXPECT_TRUE(ring().enough_signers(kDirectorRole, root).ok());
}

TEST_F(CeremonyTest, AChangeWithAllKeysAtHandIsInForceAtOnce) {
  const TrustRoot before = init();
  const KeyPair fresh = sure_key();
  const RootChange change = sure_of(replace(kDirectorRole, before.director.keys, {fresh.public_key}));
  EXPECT_EQ(change.missing, 0u);
  const TrustRoot after = in_force();
  EXPECT_EQ(after.epoch, 2u);
  EXPECT_EQ(after.director, Role(2, 1, {fresh.public_key}));
  EXPECT_EQ(after.image, before.image) << "its documents stay good";
  EXPECT_EQ(after.removed, std::vector<RemovedKey>{removed_key_of(before.director.keys[0])});
}

TEST_F(CeremonyTest, HoldersSignInTurn) {
  const TrustRoot before = init({{"root", {.threshold = 2, .keys = 3}}});
  const Path first = take_away("root", before.root.keys[0]), second = take_away("root", before.root.keys[1]);
  take_away("root", before.root.keys[2]);
  const KeyPair fresh = sure_key();
  EXPECT_EQ(sure_of(replace(kImageRole, before.image.keys, {fresh.public_key})).missing, 2u);
  EXPECT_EQ(in_force(), before) << "nothing has happened yet";
  EXPECT_THAT(replace(kImageRole, before.image.keys, {fresh.public_key}).error().line(), HasSubstr("waits for signatures"));

  EXPECT_EQ(sure_of(waiting_root(files_, workspace_))->may_sign, before.root.keys);

  KeyRing one = ring({first});
  EXPECT_EQ(sure_of(sign_proposal(files_, workspace_, one)).missing, 1u);
  const RootChange waits = sure_of(waiting_root(files_, workspace_)).value();
  EXPECT_EQ(waits.missing, 1u);
  EXPECT_EQ(waits.signers, std::vector<PublicKey>{before.root.keys[0]});
  EXPECT_EQ(waits.may_sign, (std::vector<PublicKey>{before.root.keys[1], before.root.keys[2]}));
  KeyRing same = ring({first});
  EXPECT_EQ(sure_of(sign_proposal(files_, workspace_, same)).missing, 1u) << "one holder is one holder";
  KeyRing two = ring({second});
  EXPECT_EQ(sure_of(sign_proposal(files_, workspace_, two)).missing, 0u);
  EXPECT_EQ(in_force().image.keys, std::vector<PublicKey>{fresh.public_key});
  EXPECT_FALSE(files_.exists(workspace_.keys() / "next.root"));
  EXPECT_FALSE(sure_of(waiting_root(files_, workspace_)));
  EXPECT_THAT(sign_proposal(files_, workspace_, two).error().line(), HasSubstr("no change of the keys waits"));
}

TEST_F(CeremonyTest, LostRootKeysAreReplacedByTheStandbyRole) {
  const TrustRoot before = init();
  std::filesystem::remove(key_path(workspace_, "root", before.root.keys[0]));
  const KeyPair fresh = sure_key();
  ASSERT_TRUE(write_private_key(files_, key_path(workspace_, "root", fresh.public_key), fresh).ok());
  EXPECT_EQ(sure_of(replace(kRoleFields[0], before.root.keys, {fresh.public_key}, /*by_standby=*/true)).missing, 0u);
  EXPECT_EQ(in_force().root.keys, std::vector<PublicKey>{fresh.public_key});
}

TEST_F(CeremonyTest, RootsFormAChainThatADeviceClimbs) {
  init();
  for (int i = 0; i < 4; ++i) {  // the root's own key each time, so that no step can be left out
    const TrustRoot now = in_force();
    const KeyPair fresh = sure_key();
    ASSERT_TRUE(write_private_key(files_, key_path(workspace_, "root", fresh.public_key), fresh).ok());
    ASSERT_EQ(sure_of(replace(kRoleFields[0], now.root.keys, {fresh.public_key})).missing, 0u);
  }
  const std::map<uint32_t, Bytes> roots = sure_of(all_roots(files_, workspace_));
  EXPECT_EQ(roots.size(), 5u);
  uint32_t epoch = 1;
  while (const Bytes* next = next_root_for(roots, epoch)) {
    const uint32_t to = sure_of(open_root(*next, "")).epoch;
    EXPECT_EQ(to, epoch + 1);
    epoch = to;
  }
  EXPECT_EQ(epoch, 5u);
  EXPECT_EQ(next_root_for(roots, 77), nullptr);
}

TEST_F(CeremonyTest, StepsThatNeedNoSignatureOfTheirOwnAreLeftOut) {
  init();
  for (int i = 0; i < 3; ++i) {
    const TrustRoot now = in_force();
    ASSERT_EQ(sure_of(replace(kDirectorRole, now.director.keys, {sure_key().public_key})).missing, 0u);
  }
  const std::map<uint32_t, Bytes> roots = sure_of(all_roots(files_, workspace_));
  EXPECT_EQ(next_root_for(roots, 1), &roots.at(4));
}

TEST_F(CeremonyTest, WhatNoDeviceWouldTakeIsNotProposed) {
  const TrustRoot before = init();
  EXPECT_THAT(edited(before, {.role = kImageRole, .leave = before.image.keys, .join = {}, .threshold = {}}).error().line(),
              HasSubstr("would have no key left; put a new one in its place: mote keys rotate image"));
  EXPECT_THAT(edited(before, {.role = kImageRole, .leave = {}, .join = {}, .threshold = 3}).error().line(),
              HasSubstr("3 signatures of 1"));
  EXPECT_THAT(edited(before, {.role = kImageRole, .leave = before.director.keys, .join = {}, .threshold = {}}).error().line(),
              HasSubstr("is no key of the image role"));
  EXPECT_FALSE(edited(before, {.role = kImageRole, .leave = {}, .join = before.director.keys, .threshold = {}}).ok());
}

}  // namespace
}  // namespace mote
