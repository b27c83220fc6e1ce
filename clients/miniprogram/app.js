"use strict";
App({});
