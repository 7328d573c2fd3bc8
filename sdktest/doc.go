// Package sdktest runs the vendors' own SDKs, unmodified, against the gateway: twilio-go here, and from npm authy, authy-client, twilio and
// telnyx with Node. The programs of the Node tests are in node/, one for each SDK.
package sdktest
