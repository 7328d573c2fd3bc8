// What the tests of all SDKs need of the gateway that they run against: where it is, and the codes that it would have sent.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');

const { GATEWAY_URL: url, GATEWAY_KEY: key, GATEWAY_OUTBOX: outbox, GATEWAY_PUBLIC_KEY: publicKey } = process.env;

// Telephone numbers that nobody else uses, so that no test meets another's limits.
let numbers = 0;
const number = () => `415555${2000 + numbers++}`;

// messages returns what was sent to a number, oldest first.
function messages(to) {
  const lines = fs.readFileSync(outbox, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
  return lines.filter((line) => line.to === to);
}

// code returns the code of the newest message to a number.
function code(to) {
  const sent = messages(to);
  assert.ok(sent.length > 0, 'nothing was sent');
  return sent.at(-1).code;
}

// wrong returns another code of the same length.
const wrong = (right) => (right[0] === '0' ? '1' : '0') + right.slice(1);

module.exports = { url, key, publicKey, number, messages, code, wrong };
