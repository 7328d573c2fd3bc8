// npm authy-client. It has no status, no custom codes, never sends the length that it is given, and takes codes of four to eight digits only.
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { Client, enums } = require('authy-client');
const gateway = require('./gateway');

const client = new Client({ key: gateway.key }, { host: gateway.url, timeout: 30000 });
const start = (phone, via = 'SMS', options = {}) => client.startPhoneVerification({ countryCode: 'US', phone, via: enums.verificationVia[via] }, options);
const check = (phone, token) => client.verifyPhone({ countryCode: 'US', phone, token });

async function begin() {
  const number = gateway.number();
  const answer = await start(number);
  return { number, answer, code: gateway.code(`+1${number}`) };
}

const refused = (promise, status, code) => assert.rejects(promise, (error) => {
  assert.equal(error.code, status);
  assert.equal(error.body.error_code, code);
  return true;
});

test('start, wrong code, right code, used code', async () => {
  const { number, answer, code } = await begin();
  assert.equal(answer.success, true);
  assert.match(answer.message, /^Text message sent to /);
  await refused(check(number, gateway.wrong(code)), 401, '60022');
  assert.equal((await check(number, code)).message, 'Verification code is correct.');
  await refused(check(number, code), 404, '60023');
});

test('another start keeps the code', async () => {
  const { number, answer, code } = await begin();
  const again = await start(number, 'CALL', { locale: 'es' });
  assert.equal(again.uuid, answer.uuid);
  assert.deepEqual(gateway.messages(`+1${number}`).map((m) => [m.channel, m.code]), [['sms', code], ['call', code]]);
});

test('five wrong codes, then refused', async () => {
  const { number, code } = await begin();
  for (let i = 0; i < 5; i++) await refused(check(number, gateway.wrong(code)), 401, '60022');
  await refused(check(number, code), 429, '60003');
});

test('the length of the code is not sent', async () => {
  const number = gateway.number();
  await start(number, 'SMS', { codeLength: 10 });
  assert.equal(gateway.code(`+1${number}`).length, 4);
  await assert.rejects(check(number, '0123456789'), { name: 'ValidationFailedError' });
});

test('number that is none, which the client itself refuses', () => assert.rejects(start('555'), { name: 'ValidationFailedError' }));

test('premium number', () => refused(start('9002345678'), 403, '60083'));

test('key that is none', async () => {
  const stranger = new Client({ key: 'fedcba9876543210' }, { host: gateway.url });
  await refused(stranger.startPhoneVerification({ countryCode: 'US', phone: gateway.number(), via: enums.verificationVia.SMS }), 401, '60001');
});
