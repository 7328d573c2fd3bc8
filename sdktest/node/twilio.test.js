// npm twilio
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const twilio = require('twilio');
const gateway = require('./gateway');

const account = 'AC' + 'a'.repeat(32);

function connect(token) {
  const client = twilio(account, token);
  client.verify.baseUrl = gateway.url;
  return client.verify.v2;
}

const verify = connect(gateway.key);

async function service(settings = {}) {
  const made = await verify.services.create({ friendlyName: 'Acme', ...settings });
  return verify.services(made.sid);
}

async function begin(at, params = {}) {
  const to = `+1${gateway.number()}`;
  const started = await at.verifications.create({ to, channel: 'sms', ...params });
  assert.equal(started.status, 'pending');
  return { to, started, code: gateway.code(to) };
}

const check = (at, to, code) => at.verificationChecks.create({ to, code });
const refused = (promise, status, code) => assert.rejects(promise, { status, code });

test('start, wrong code, right code, used code', async () => {
  const acme = await service();
  const { to, started, code } = await begin(acme);
  assert.match(started.sid, /^VE[0-9a-f]{32}$/);
  assert.match(code, /^\d{6}$/);
  const wrong = await check(acme, to, gateway.wrong(code));
  assert.deepEqual([wrong.status, wrong.valid, wrong.sid], ['pending', false, started.sid]);
  const right = await check(acme, to, code);
  assert.deepEqual([right.status, right.valid, right.sid], ['approved', true, started.sid]);
  await refused(check(acme, to, code), 404, 20404);
  await refused(acme.verifications(started.sid).fetch(), 404, 20404);
});

test('fetch by sid and by number, check by sid', async () => {
  const acme = await service();
  const { to, started, code } = await begin(acme);
  for (const key of [started.sid, to]) {
    const fetched = await acme.verifications(key).fetch();
    assert.deepEqual([fetched.sid, fetched.to, fetched.status, fetched.channel], [started.sid, to, 'pending', 'sms']);
    assert.ok(fetched.dateCreated instanceof Date && !Number.isNaN(fetched.dateCreated.valueOf()));
  }
  const right = await acme.verificationChecks.create({ verificationSid: started.sid, code });
  assert.equal(right.status, 'approved');
});

test('another start keeps the sid and the code', async () => {
  const acme = await service();
  const { to, started, code } = await begin(acme);
  const again = await acme.verifications.create({ to, channel: 'call', locale: 'es' });
  assert.equal(again.sid, started.sid);
  assert.deepEqual(again.sendCodeAttempts.map((attempt) => attempt.channel), ['SMS', 'CALL']);
  assert.deepEqual(gateway.messages(to).map((m) => [m.channel, m.code]), [['sms', code], ['call', code]]);
});

test('five wrong codes, then refused', async () => {
  const acme = await service();
  const { to, started, code } = await begin(acme);
  for (let i = 0; i < 5; i++) assert.equal((await check(acme, to, gateway.wrong(code))).status, 'pending');
  await refused(check(acme, to, code), 429, 60202);
  assert.equal((await acme.verifications(started.sid).fetch()).status, 'max_attempts_reached');
});

test('five messages, then refused', async () => {
  const acme = await service();
  const { to } = await begin(acme);
  for (let i = 0; i < 4; i++) await acme.verifications.create({ to, channel: 'sms' });
  await refused(acme.verifications.create({ to, channel: 'sms' }), 429, 60203);
});

test('custom code, approved by its owner', async () => {
  const acme = await service({ customCodeEnabled: true });
  const { started, code } = await begin(acme, { customCode: '013370' });
  assert.equal(code, '013370');
  const approved = await acme.verifications(started.sid).update({ status: 'approved' });
  assert.deepEqual([approved.status, approved.sid], ['approved', started.sid]);
});

test('canceled, and started again with another code', async () => {
  const acme = await service();
  const { to, started } = await begin(acme);
  assert.equal((await acme.verifications(to).update({ status: 'canceled' })).status, 'canceled');
  assert.notEqual((await acme.verifications.create({ to, channel: 'sms' })).sid, started.sid);
});

test('code of ten digits', async () => {
  const acme = await service({ codeLength: 10 });
  const { to, code } = await begin(acme);
  assert.match(code, /^\d{10}$/);
  assert.equal((await check(acme, to, code)).status, 'approved');
});

test('e-mail address', async () => {
  const acme = await service();
  await acme.verifications.create({ to: 'ann@example.com', channel: 'email' });
  assert.equal((await check(acme, 'ann@example.com', gateway.code('ann@example.com'))).status, 'approved');
});

test('payment', async () => {
  const acme = await service({ psd2Enabled: true });
  const payment = { amount: '39.99 EUR', payee: 'Acme' };
  const { to, code } = await begin(acme, payment);
  assert.match(gateway.messages(to)[0].text, /39\.99 EUR/);
  const right = await acme.verificationChecks.create({ to, code, ...payment });
  assert.deepEqual([right.status, right.amount], ['approved', payment.amount]);
});

test('rate limits', async () => {
  const acme = await service();
  const limit = await acme.rateLimits.create({ uniqueName: 'ip', description: 'by address' });
  await acme.rateLimits(limit.sid).buckets.create({ max: 1, interval: 60 });
  const params = { rateLimits: { ip: '203.0.113.7' } };
  await begin(acme, params);
  await refused(begin(acme, params), 429, 20429);
});

test('services in pages', async () => {
  const made = new Set();
  for (let i = 0; i < 5; i++) made.add((await verify.services.create({ friendlyName: 'Page' })).sid);
  const seen = (await verify.services.list({ pageSize: 2 })).map((each) => each.sid);
  assert.equal(new Set(seen).size, seen.length);
  for (const sid of made) assert.ok(seen.includes(sid));
  for (const sid of made) await verify.services(sid).remove();
  await refused(verify.services([...made][0]).fetch(), 404, 20404);
});

test('templates and attempts', async () => {
  assert.ok((await verify.templates.list()).length > 0);
  const acme = await service();
  const { to, started, code } = await begin(acme);
  await check(acme, to, code);
  const attempts = await verify.verificationAttempts.list({ verificationSid: started.sid });
  assert.deepEqual(attempts.map((each) => [each.sid, each.conversionStatus]), [[started.sendCodeAttempts[0].attempt_sid, 'converted']]);
  const { totalAttempts } = await verify.verificationAttemptsSummary().fetch({ verifyServiceSid: attempts[0].serviceSid });
  assert.equal(totalAttempts, 1);
});

test('number that is none', async () => refused((await service()).verifications.create({ to: '+1555', channel: 'sms' }), 400, 60200));

test('token that is none', () => refused(connect('fedcba9876543210').services.list(), 401, 20003));
