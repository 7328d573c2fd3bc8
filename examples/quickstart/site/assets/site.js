const $ = (id) => document.getElementById(id);

if ($("sign-in")) signIn();
if ($("messages")) watchInbox();

function signIn() {
  const { locale, next, phoneChannel } = $("sign-in").dataset;
  const texts = JSON.parse($("texts").textContent);
  const plural = new Intl.PluralRules(document.documentElement.lang);
  const count = (key, n) => (texts[key][plural.select(n)] ?? texts[key].other).replace("{n}", n);

  const ask = $("ask"), answer = $("answer");
  const kind = () => ask.elements.kind.value;
  const field = () => $(kind());

  // What is known of the verification outlives a reload, and the switch to another app in which a phone drops the page.
  let current = JSON.parse(sessionStorage.getItem("verification"));
  const remember = (v) => {
    current = v;
    if (v) sessionStorage.setItem("verification", JSON.stringify(v));
    else sessionStorage.removeItem("verification");
  };

  async function call(path, body) {
    const request = body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    try {
      const response = await fetch("/verify/" + path, request);
      return { ok: response.ok, ...(await response.json()) };
    } catch {
      return { ok: false, code: "unavailable" };
    }
  }

  // wait rounds as a person would: whoever returns after the time told may go on.
  function wait(seconds) {
    if (seconds <= 90) return count("wait_seconds", seconds);
    if (seconds <= 90 * 60) return count("wait_minutes", Math.ceil(seconds / 60));
    return count("wait_hours", Math.ceil(seconds / 3600));
  }

  function explain(problem) {
    switch (problem.code) {
      case "invalid_recipient": return kind() === "email" ? texts.bad_email : texts.bad_phone;
      case "recipient_not_allowed": return texts.bad_region;
      case "invalid_request": return problem.field === "code" ? $("sent-to").textContent : texts.error;
      case "incorrect_code": return problem.attempts_left > 0 ? count("wrong_code", problem.attempts_left) : texts.too_many_tries;
      case "max_attempts": return texts.too_many_tries;
      case "not_found": return texts.expired;
      case "throttled": return wait(problem.retry_after);
      case "not_sent": return texts.not_sent;
      case "unavailable": return texts.unavailable;
      default: return texts.error;
    }
  }

  function refuse(where, input, text) {
    $(where).textContent = text;
    input.setAttribute("aria-invalid", "true");
    input.focus();
    input.select();
  }

  function clear(where, input) {
    $(where).textContent = "";
    $("notice").textContent = "";
    input.removeAttribute("aria-invalid");
  }

  // busy lets one request of a form through at a time. The button stays focusable, so that the focus is where it was, and an
  // error that stays the same is told again.
  async function busy(form, work) {
    const button = form.querySelector(".primary");
    if (button.ariaDisabled === "true") return;
    button.ariaDisabled = "true";
    form.querySelector(".error").textContent = "";
    await work();
    button.ariaDisabled = "false";
  }

  // start writes in the language that was asked for, and else in that of the number's country. A mailbox has none, and gets the page's.
  async function start(channel, to) {
    const language = locale || (channel === "email" ? document.documentElement.lang : undefined);
    const v = await call("start", { channel, to, locale: language });
    if (v.ok) remember({ id: v.id, channel, to, masked: v.to, resendAt: Date.now() + v.resend_in * 1000 });
    return v;
  }

  function showAnswer() {
    $("sent-to").querySelector("bdi").textContent = current.masked;
    ask.hidden = true;
    answer.hidden = false;
    $("code").value = "";
    clear("answer-error", $("code"));
    $("code").focus();
    tick();
  }

  function showAsk() {
    remember(null);
    answer.hidden = true;
    ask.hidden = false;
    clear("ask-error", field());
    field().focus();
  }

  function tick() {
    if (!current) return;
    const left = Math.ceil((current.resendAt - Date.now()) / 1000);
    $("wait").textContent = left > 0 ? count("resend_in", left) : "";
    $("resend").hidden = left > 0;
  }
  setInterval(tick, 500);

  ask.addEventListener("change", (event) => {
    if (event.target.name !== "kind") return;
    for (const row of ask.querySelectorAll("[data-kind]")) row.hidden = row.dataset.kind !== kind();
    clear("ask-error", field());
  });

  ask.addEventListener("submit", (event) => {
    event.preventDefault();
    busy(ask, async () => {
      const v = await start(kind() === "email" ? "email" : phoneChannel, field().value);
      if (!v.ok) return refuse("ask-error", field(), explain(v));
      showAnswer();
    });
  });

  answer.addEventListener("submit", (event) => {
    event.preventDefault();
    busy(answer, async () => {
      const v = await call("check", { id: current.id, code: $("code").value });
      if (!v.ok) return refuse("answer-error", $("code"), explain(v));
      remember(null);
      location.assign(next);
    });
  });

  $("resend").addEventListener("click", () => busy(answer, async () => {
    const v = await start(current.channel, current.to);
    if (!v.ok) return refuse("answer-error", $("code"), explain(v));
    showAnswer();
    $("notice").textContent = texts.sent;
  }));

  $("back").addEventListener("click", showAsk);

  if (current) {
    call("status/" + current.id).then((v) => {
      if (v.status === "pending") showAnswer();
      else remember(null);
    });
  }
}

// watchInbox puts new messages on top and leaves the others as they are, so that an e-mail that is being read stays in place.
function watchInbox() {
  const list = $("messages");
  setInterval(async () => {
    if (document.hidden) return;
    const response = await fetch(location.href).catch(() => null);
    if (!response?.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const item of [...page.querySelectorAll("#messages > li")].reverse()) {
      if (!$(item.id)) list.prepend(item);
    }
  }, 1000);
}
