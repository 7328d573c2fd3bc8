// npm telnyx
'use strict';

const assert = require('node:assert/strict');
const { once } = require('node:events');
const http = require('node:http');
const { test } = require('node:test');
const Telnyx = require('telnyx');
const gateway = require('./gateway');

const connect = (apiKey) => new Telnyx({ apiKey, baseURL: `${gateway.url}/v2`, publicKey: gateway.publicKey });
const client = connect(gateway.key);

async function profile(settings = {}) {
  const made = await client.verifyProfiles.create({ name: 'Acme', ...settings });
  return made.data.id;
}

async function begin(id, params = {}) {
  const to = `+1${gateway.number()}`;
  const { data } = await client.verifications.triggerSMS({ phone_number: to, verify_profile_id: id, ...params });
  assert.deepEqual([data.phone_number, data.status, data.type, data.verify_profile_id], [to, 'pending', 'sms', id]);
  return { to, data, code: gateway.code(to) };
}

const byNumber = async (id, to, code) => (await client.verifications.byPhoneNumber.actions.verify(to, { code, verify_profile_id: id })).data.response_code;
const byID = async (verification, body) => (await client.verifications.actions.verify(verification, body)).data.response_code;

const refused = (promise, status, code) => assert.rejects(promise, (error) => {
  assert.equal(error.status, status);
  assert.equal(error.error.errors[0].code, code);
  return true;
});

test('start, wrong code, right code, used code', async () => {
  const id = await profile();
  const { to, code } = await begin(id);
  assert.match(code, /^\d{5}$/);
  assert.equal(await byNumber(id, to, gateway.wrong(code)), 'rejected');
  assert.equal(await byNumber(id, to, code), 'accepted');
  assert.equal(await byNumber(id, to, code), 'rejected');
});

test('retrieve and list by number', async () => {
  const id = await profile();
  const { to, data, code } = await begin(id);
  const read = async () => (await client.verifications.retrieve(data.id)).data;
  assert.deepEqual([(await read()).id, (await read()).status], [data.id, 'pending']);
  const list = await client.verifications.byPhoneNumber.list(to);
  assert.ok(list.data.some((each) => each.id === data.id));
  assert.equal(await byID(data.id, { code }), 'accepted');
  assert.equal((await read()).status, 'accepted');
});

test('another start has an id of its own and the same code', async () => {
  const id = await profile();
  const { to, data, code } = await begin(id);
  const again = await client.verifications.triggerCall({ phone_number: to, verify_profile_id: id });
  assert.notEqual(again.data.id, data.id);
  assert.equal(again.data.type, 'call');
  assert.deepEqual(gateway.messages(to).map((m) => [m.channel, m.code]), [['sms', code], ['call', code]]);
});

test('five wrong codes, then refused', async () => {
  const id = await profile();
  const { to, code } = await begin(id);
  for (let i = 0; i < 5; i++) await byNumber(id, to, gateway.wrong(code));
  assert.equal(await byNumber(id, to, code), 'max_attempts_exceeded');
});

test('custom code, accepted by its owner', async () => {
  const id = await profile();
  const { data, code } = await begin(id, { custom_code: '013370' });
  assert.equal(code, '013370');
  assert.equal((await client.verifications.retrieve(data.id)).data.custom_code, null);
  assert.equal(await byID(data.id, { status: 'accepted' }), 'accepted');
});

test('code of ten digits', async () => {
  const id = await profile({ sms: { code_length: 10 } });
  const { to, code } = await begin(id);
  assert.match(code, /^\d{10}$/);
  assert.equal(await byNumber(id, to, code), 'accepted');
});

test('flash call and WhatsApp', async () => {
  const id = await profile();
  for (const [trigger, type] of [['triggerFlashcall', 'flashcall'], ['triggerWhatsappVerification', 'whatsapp']]) {
    const to = `+1${gateway.number()}`;
    const { data } = await client.verifications[trigger]({ phone_number: to, verify_profile_id: id });
    assert.equal(data.type, type);
    assert.equal(gateway.messages(to)[0].channel, type);
    assert.equal(await byNumber(id, to, gateway.code(to)), 'accepted');
  }
});

test('profiles: retrieve, update, pages, delete', async () => {
  const made = [];
  for (let i = 0; i < 3; i++) made.push(await profile({ name: `Page ${i}` }));
  const seen = [];
  for await (const each of client.verifyProfiles.list({ 'page[size]': 2 })) seen.push(each.id);
  assert.equal(new Set(seen).size, seen.length);
  for (const id of made) assert.ok(seen.includes(id));
  await client.verifyProfiles.update(made[0], { name: 'Other' });
  assert.equal((await client.verifyProfiles.retrieve(made[0])).data.name, 'Other');
  for (const id of made) await client.verifyProfiles.delete(id);
  await refused(client.verifyProfiles.retrieve(made[0]), 404, '10005');
});

test('templates', async () => {
  const made = await client.verifyProfiles.createTemplate({ text: '{{code}} opens {{app_name}}.' });
  const id = await profile({ sms: { messaging_template_id: made.data.id, app_name: 'Acme' } });
  const { to, code } = await begin(id);
  assert.equal(gateway.messages(to)[0].text, `${code} opens Acme.`);
  const list = await client.verifyProfiles.retrieveTemplates();
  assert.ok(list.data.some((each) => each.id === made.data.id));
});

test('webhooks, signed', { timeout: 60000 }, async () => {
  const hooks = [];
  const receiver = http.createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    hooks.push({ body, headers: request.headers });
    response.end();
    receiver.emit('hook');
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  try {
    const id = await profile({ webhook_url: `http://127.0.0.1:${receiver.address().port}/` });
    const { to, data, code } = await begin(id);
    assert.equal(await byNumber(id, to, code), 'accepted');
    while (hooks.length < 2) await once(receiver, 'hook');
    const events = await Promise.all(hooks.map(({ body, headers }) => client.webhooks.unwrap(body, { headers })));
    const types = events.map((event) => event.data.event_type).sort();
    assert.deepEqual(types, ['verification.complete', 'verify.sent']);
    for (const event of events) assert.deepEqual([event.data.payload.id, event.data.payload.phone_number], [data.id, to]);
    for (const { body, headers } of hooks) {
      assert.ok(!body.includes(code));
      await assert.rejects(client.webhooks.unwrap(`${body} `, { headers }));
    }
  } finally {
    receiver.closeAllConnections();
    receiver.close();
  }
});

test('number that is none', async () => {
  const id = await profile();
  await refused(client.verifications.triggerSMS({ phone_number: '+1555', verify_profile_id: id }), 400, '10016');
});

test('key that is none', () => refused(connect('fedcba9876543210').verifyProfiles.list(), 401, '10009'));
