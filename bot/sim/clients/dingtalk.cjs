// A small bot on DingTalk's published Stream client for Node, in the manner of its
// example: it repeats what it hears through the session webhook, sends a card when
// asked for one, and answers presses on it.
'use strict';

const axios = require('axios');
const { DWClient, TOPIC_CARD, TOPIC_ROBOT } = require('dingtalk-stream');

const client = new DWClient({
  clientId: process.env.CLIENT_ID,
  clientSecret: process.env.CLIENT_SECRET,
  keepAlive: true,
});
client.reconnectInterval = 20;

const headers = async () => ({ 'x-acs-dingtalk-access-token': await client.getAccessToken() });

const card = (heard) => ({
  cardTemplateId: '1366a1eb-bc54-4859-ac88-517c56a9acb1.schema',
  outTrackId: heard.msgId,
  callbackType: 'STREAM',
  userIdType: 1,
  cardData: {
    cardParamMap: {
      title: '投票',
      markdown: '要不要装灯',
      tips: '等大家投',
      sys_full_json_obj: JSON.stringify({ msgButtons: [{ text: '要', color: 'blue', id: 'yes', request: true }] }),
    },
  },
  openSpaceId: `dtv1.card//IM_GROUP.${heard.conversationId}`,
  imGroupOpenSpaceModel: { supportForward: false },
  imGroupOpenDeliverModel: { robotCode: heard.robotCode },
});

client.registerCallbackListener(TOPIC_ROBOT, async (frame) => {
  const heard = JSON.parse(frame.data);
  const text = heard.text.content.trim();
  if (text === '卡片') {
    await axios.post('https://api.dingtalk.com/v1.0/card/instances/createAndDeliver', card(heard), { headers: await headers() });
  } else {
    const answer = await axios.post(heard.sessionWebhook, { msgtype: 'text', text: { content: `收到：${text}` } }, { headers: await headers() });
    if (answer.data.errcode !== 0) throw new Error(answer.data.errmsg);
  }
  client.socketCallBackResponse(frame.headers.messageId, null);
});

client.registerCallbackListener(TOPIC_CARD, (frame) => {
  const press = JSON.parse(frame.data);
  const [button] = JSON.parse(press.content).cardPrivateData.actionIds;
  client.socketCallBackResponse(frame.headers.messageId, {
    cardUpdateOptions: { updateCardDataByKey: true },
    cardData: { cardParamMap: { tips: `${press.userId} 按了 ${button}` } },
  });
});

client.connect();
