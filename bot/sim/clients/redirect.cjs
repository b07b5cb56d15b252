// Preloaded before a bot: what it sends to DingTalk's fixed hosts goes to the
// simulator named by DINGTALK_URL instead, and nothing goes anywhere else.
'use strict';

const http = require('node:http');
const https = require('node:https');

const simulator = new URL(process.env.DINGTALK_URL);
const hosts = ['api.dingtalk.com', 'oapi.dingtalk.com'];

https.request = (options, answered) => {
  if (!hosts.includes(options.hostname)) {
    throw new Error(`a request to ${options.hostname} would leave this machine`);
  }
  return http.request({
    ...options,
    protocol: simulator.protocol,
    hostname: simulator.hostname,
    host: simulator.hostname,
    port: simulator.port,
    agent: undefined,
  }, answered);
};
