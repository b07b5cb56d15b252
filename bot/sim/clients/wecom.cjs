// A small bot on WeCom's published aibot client for Node: it repeats what it hears
// as a stream of two frames, sends a card when asked for one, answers presses on
// it, greets who opens the private chat, and returns every file it is sent.
'use strict';

const { WSClient, generateReqId } = require('@wecom/aibot-node-sdk');

const client = new WSClient({
  botId: process.env.CLIENT_ID,
  secret: process.env.CLIENT_SECRET,
  wsUrl: process.env.WECOM_URL,
  reconnectInterval: 20,
  heartbeatInterval: 2000,
  logger: { debug() {}, info: console.info, warn: console.warn, error: console.error },
});

const card = (task, hint) => ({
  card_type: 'button_interaction',
  main_title: { title: '要不要装灯', desc: hint },
  button_list: [{ text: '要', style: 1, key: 'yes' }],
  task_id: task,
});

// A reply whose acknowledgement was lost with the connection is no fault of the bot;
// what the platform refuses, the test sees at the simulator.
const told = (handle) => (frame) => handle(frame).catch((error) => console.warn(error.message ?? error));

client.on('error', (error) => console.error(error.message));

client.on('message.text', told(async (frame) => {
  const text = frame.body.text.content;
  if (text.endsWith('卡片')) {
    await client.replyTemplateCard(frame, card(generateReqId('card'), '等大家投'));
    return;
  }
  const id = generateReqId('stream');
  await client.replyStream(frame, id, '正在想');
  await client.replyStream(frame, id, `收到：${text}`, true);
}));

client.on('message.file', told(async (frame) => {
  const { buffer, filename } = await client.downloadFile(frame.body.file.url, frame.body.file.aeskey);
  const { media_id: id } = await client.uploadMedia(buffer, { type: 'file', filename });
  const { userid } = frame.body.from;
  await client.sendMediaMessage(userid, 'file', id);
  await client.sendMessage(userid, { msgtype: 'markdown', markdown: { content: '**还给您了**' } });
}));

client.on('event.enter_chat', told((frame) => client.replyWelcome(frame, { msgtype: 'text', text: { content: '您好' } })));

client.on('event.template_card_event', told(async (frame) => {
  const { event_key: key, task_id: task } = frame.body.event.template_card_event;
  const { userid } = frame.body.from;
  await client.updateTemplateCard(frame, card(task, `${userid} 按了 ${key}`), [userid]);
}));

client.connect();
