// swift-tools-version:5.7
import PackageDescription

// WeChat's OpenSDK comes into your app by its own package or pod; OpenSdk.swift is there once it is.
let package = Package(
    name: "QiaoSignIn",
    platforms: [.iOS(.v14)],
    products: [.library(name: "QiaoSignIn", targets: ["QiaoSignIn"])],
    targets: [.target(name: "QiaoSignIn")]
)
