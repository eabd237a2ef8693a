/* Passkeys: form[data-passkey] asks data-passkey for what to sign, hands it to the browser, and posts the answer as its
   field `answer`. Without a script or a browser that can, the form stays hidden. data-new: make one, not use one. */
const { browserSupportsWebAuthn, startAuthentication, startRegistration } = SimpleWebAuthnBrowser;

const optionsFor = async (form) => {
  const response = await fetch(form.dataset.passkey, {
    method: 'POST',
    body: new URLSearchParams({ csrf_token: form.elements.csrf_token.value }),
  });
  if (!response.ok) throw new Error(response.statusText);
  return response.json();
};
const say = (form, words) => {
  const place = form.querySelector('[data-failed]');
  place.textContent = words;
  place.hidden = !words;
};
const answer = async (form) => {
  const ask = form.matches('[data-new]') ? startRegistration : startAuthentication;
  form.elements.answer.value = JSON.stringify(await ask({ optionsJSON: await optionsFor(form) }));
  form.submit();
};
const press = (e) => {
  e.preventDefault();
  const form = e.currentTarget;
  const button = e.submitter;
  say(form, '');
  button?.setAttribute('aria-busy', 'true');
  answer(form).catch((error) => {
    button?.removeAttribute('aria-busy');
    const { failed, had } = form.querySelector('[data-failed]').dataset;
    say(form, error.name === 'InvalidStateError' && had ? had : failed);
  });
};
for (const form of document.querySelectorAll('form[data-passkey]')) {
  if (!browserSupportsWebAuthn()) continue;
  form.hidden = false;
  form.addEventListener('submit', press);
}
