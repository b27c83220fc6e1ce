package com.example.sample.wxapi;

import qiao.signin.OpenSdk;

/** WeChat looks for it under this name in the app's package. */
public final class WXEntryActivity extends OpenSdk.EntryActivity {}
