/** Each file of stories is one run; the mini program is loaded from where `MINIPROGRAM` says. */
module.exports = {
  testEnvironment: "jsdom",
  testMatch: ["<rootDir>/stories/*.test.js"],
  roots: ["<rootDir>/stories"],
  testTimeout: 30000,
  transform: {},
};
