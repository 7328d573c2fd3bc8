// npm authy
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const gateway = require('./gateway');

const phones = require('authy')(gateway.key, gateway.url).phones();

// call turns the client's callback into a promise of [error, answer].
const call = (method, ...args) => new Promise((resolve) => phones[method](...args, (error, answer) => resolve([error, answer])));
const start = (number, params) => call('verification_start', number, '1', params);
const check = (number, code) => call('verification_check', number, '1', code);
const status = (number) => call('verification_status', number, '1');

async function begin(params = { via: 'sms' }) {
  const number = gateway.number();
  const [error, answer] = await start(number, params);
  assert.equal(error, null);
  assert.equal(answer.success, true);
  return { number, answer, code: gateway.code(`+1${number}`) };
}

async function refused(promise, code, message) {
  const [error, answer] = await promise;
  assert.equal(answer, undefined);
  assert.equal(error.success, false);
  assert.equal(error.error_code, code);
  if (message) assert.equal(error.message, message);
}

test('start, wrong code, right code, used code', async () => {
  const { number, answer, code } = await begin();
  assert.equal(code.length, 4);
  assert.match(answer.message, /^Text message sent to \+1 415-555-\d{4}\.$/);
  assert.ok(answer.seconds_to_expire > 590 && answer.seconds_to_expire <= 600);
  await refused(check(number, gateway.wrong(code)), '60022', 'Verification code is incorrect');
  const [error, checked] = await check(number, code);
  assert.equal(error, null);
  assert.equal(checked.message, 'Verification code is correct.');
  assert.equal(checked.success, true);
  await refused(check(number, code), '60023');
});

test('status', async () => {
  const { number, answer, code } = await begin();
  const [, pending] = await status(number);
  assert.equal(pending.status, 'pending');
  assert.ok(pending.seconds_to_expire <= answer.seconds_to_expire);
  await check(number, code);
  const [, verified] = await status(number);
  assert.equal(verified.status, 'verified');
  await refused(status(gateway.number()), '60023');
});

test('another start keeps the code', async () => {
  const { number, answer, code } = await begin();
  const [, again] = await start(number, { via: 'call', locale: 'es' });
  assert.equal(again.uuid, answer.uuid);
  const sent = gateway.messages(`+1${number}`);
  assert.deepEqual(sent.map((m) => [m.channel, m.code]), [['sms', code], ['call', code]]);
  assert.equal(sent[1].locale, 'es');
});

test('five wrong codes, then refused', async () => {
  const { number, code } = await begin();
  for (let i = 0; i < 5; i++) await refused(check(number, gateway.wrong(code)), '60022');
  await refused(check(number, code), '60003');
});

test('custom code', async () => {
  const { number, answer, code } = await begin({ via: 'sms', custom_code: '013370' });
  assert.equal(code, '013370');
  assert.equal(typeof answer.sms_id, 'string');
  const [error] = await check(number, '013370');
  assert.equal(error, null);
});

test('code of ten digits', async () => {
  const { number, code } = await begin({ via: 'sms', code_length: 10 });
  assert.match(code, /^\d{10}$/);
  const [error] = await check(number, code);
  assert.equal(error, null);
});

test('number that is none', () => refused(start('555', { via: 'sms' }), '60033', 'Phone number is invalid'));

test('key that is none', async () => {
  const stranger = require('authy')('fedcba9876543210', gateway.url).phones();
  const [error] = await new Promise((resolve) => stranger.verification_start(gateway.number(), '1', { via: 'sms' }, (...all) => resolve(all)));
  assert.equal(error.error_code, '60001');
  assert.equal(error.message, 'Invalid API key');
});
