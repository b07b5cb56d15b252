// Package wecomapp is a self-built WeCom app beside the 智能机器人: what the robot
// cannot do, writing first to people who never wrote to it, the app can.
//
// It owns the app's few calls (behind [API], which PowerWeChat carries out), the
// callbacks at /wecom/app, and [Adapter], which lets a robot's adapter fall back
// on the app for private chats. It refuses groups, which no app can hear, and it
// keeps PowerWeChat away from what it does badly: it is given our own HTTP client,
// cache and logger and none of its application object, so it opens no log, writes
// no file, needs no OAuth callback and never sees a platform's error code.
//
// A person known by an encrypted id ("wo…", when an ordinary member made the
// robot) stays known by it; the id is converted only on its way to the app.
//
// Start at [New], then [Wrap].
package wecomapp
