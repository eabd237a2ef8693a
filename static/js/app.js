/* What every page needs beyond htmx. Everything here only saves a reload: the same pages
   work without it. Talks to desk.js through events on elements, never through globals. */
(() => {
  'use strict';
  const root = document.documentElement, body = document.body;
  const REFRESH_MS = 20000, SAID_MS = 4000;
  const byId = (id) => document.getElementById(id);
  root.classList.add('js');

  /* ---- the page looks again while somebody looks at it */
  const refresh = () => {
    if (document.visibilityState === 'visible' && !document.querySelector('dialog[open]')) htmx.trigger(body, 'refresh');
  };
  setInterval(refresh, REFRESH_MS);
  document.addEventListener('visibilitychange', refresh);
  addEventListener('pageshow', (e) => { if (e.persisted) refresh(); });

  /* ---- focus: never on the body after a swap */
  const focusOn = (el) => {
    if (!el) return false;
    if (!el.matches('a[href],button,input,select,textarea,summary,[tabindex]')) el.tabIndex = -1;
    el.focus();
    return true;
  };
  let held = null; // id of the block that held the focus before it was replaced
  addEventListener('htmx:beforeSwap', (e) => {
    const target = e.detail.target;
    held = target && target.contains(document.activeElement) ? target.id : null;
  });
  addEventListener('htmx:afterSettle', (e) => {
    const fresh = e.target;
    const marked = fresh.matches('[data-focus]') ? fresh : fresh.querySelector('[data-focus]');
    if (focusOn(marked)) held = null;
    else if (held && document.activeElement === body && focusOn(byId(held))) held = null;
  });
  focusOn(document.querySelector('.errors'));

  /* ---- token for what is posted outside a form; forms carry their own field */
  addEventListener('htmx:configRequest', (e) => {
    const token = document.querySelector('meta[name=csrf-token]');
    if (token && e.detail.verb !== 'get') e.detail.headers['X-CSRFToken'] = token.content;
  });

  /* ---- small decisions open in place; the link still leads to their page */
  const dialog = byId('dialog');
  let opener = null, openerRow = null;
  const openDialog = async (link) => {
    opener = link;
    openerRow = (link.closest('[id]') || {}).id;
    await htmx.ajax('GET', link.href, { source: link, target: dialog, swap: 'innerHTML' });
    if (!dialog.firstElementChild) return;
    const title = dialog.querySelector('h1,h2');
    if (title && title.id) dialog.setAttribute('aria-labelledby', title.id);
    if (!dialog.open) dialog.showModal();
  };
  addEventListener('click', (e) => {
    if (e.defaultPrevented || e.button || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
    const open = e.target.closest('a[data-dialog]'), close = e.target.closest('[data-close]');
    if (open && dialog.showModal) { e.preventDefault(); openDialog(open); }
    if (close && close.closest('dialog')) { e.preventDefault(); close.closest('dialog').close(); }
    for (const menu of document.querySelectorAll('details[data-menu][open]')) if (!menu.contains(e.target)) menu.open = false;
  });
  addEventListener('close-dialog', () => dialog.open && dialog.close());
  dialog.addEventListener('close', () => {
    dialog.replaceChildren();
    if (opener && !opener.isConnected) focusOn((byId(openerRow) || body).querySelector('a.name,a[href],button'));
  });
  addEventListener('keydown', (e) => {
    const menu = e.key === 'Escape' && document.querySelector('details[data-menu][open]');
    if (menu) { menu.open = false; menu.querySelector('summary').focus(); }
    // what was opened in a row closes as its own way back does
    const opened = e.key === 'Escape' && !menu && e.target.closest('[data-editing]');
    if (opened) opened.querySelector('[data-escape]').click();
  });

  /* ---- the pressed button says it is busy and keeps its width */
  const pressed = (e) => {
    const cause = (e.detail.requestConfig || {}).triggeringEvent;
    return (cause && cause.submitter) || (e.detail.elt.matches('button') ? e.detail.elt : null);
  };
  addEventListener('htmx:beforeRequest', (e) => { const b = pressed(e); if (b) b.setAttribute('aria-busy', 'true'); });
  addEventListener('htmx:afterRequest', (e) => { const b = pressed(e); if (b) b.removeAttribute('aria-busy'); });

  /* ---- a line that stays until something goes through */
  const line = byId('trouble');
  const WORDS = {
    400: ['This page is too old. Nothing was changed.', 'Reload'],
    403: ['You are not allowed to do that. Nothing was changed.', 'Reload'],
    404: ['This does not exist any more. Nothing was changed.', 'Reload'],
    413: ['That is too large. Nothing was changed.'],
    429: ['That was too often. Nothing was changed. Wait a minute.', 'Try again'],
  };
  const showTrouble = (words, action, onPress) => {
    const text = document.createElement('span'), button = document.createElement('button');
    text.textContent = words;
    line.replaceChildren(text);
    if (action) {
      button.className = 'btn';
      button.textContent = action;
      button.addEventListener('click', () => { line.hidden = true; onPress(); });
      line.append(button);
    }
    line.hidden = false;
  };
  const again = (elt, cause) => {
    if (!elt.isConnected) return location.reload();
    // desk.js keeps its own list of what was not sent
    if (!elt.dispatchEvent(new CustomEvent('send-again', { bubbles: true, cancelable: true }))) return;
    if (elt.matches('form')) elt.requestSubmit(cause && cause.submitter && cause.submitter.isConnected ? cause.submitter : null);
    else if (cause && cause.type !== 'click') htmx.trigger(elt, cause.type);
    else elt.click();
  };
  const isQuiet = (cause) => Boolean(cause) && cause.type === 'refresh';
  const looksByItself = (elt) => (elt.getAttribute('hx-trigger') || '').startsWith('every ');
  const failed = (e) => {
    const cause = (e.detail.requestConfig || {}).triggeringEvent, status = (e.detail.xhr || {}).status;
    if (isQuiet(cause) || looksByItself(e.detail.elt)) return;
    const kept = status ? null : e.detail.elt.dataset.kept; // words of a form whose script keeps what was not sent
    const [words, action] = WORDS[status] || [kept || 'That did not go through. Nothing was changed.', 'Try again'];
    showTrouble(words, action, action === 'Reload' ? () => location.reload() : () => again(e.detail.elt, cause));
  };
  for (const kind of ['htmx:sendError', 'htmx:timeout', 'htmx:responseError']) addEventListener(kind, failed);
  addEventListener('htmx:afterRequest', (e) => {
    if (e.detail.successful && !isQuiet((e.detail.requestConfig || {}).triggeringEvent)) line.hidden = true;
  });

  /* ---- "Saved" beside a switch goes away by itself */
  addEventListener('htmx:afterSettle', (e) => {
    const said = e.target.matches('[data-brief]') ? e.target : e.target.querySelector('[data-brief]');
    if (said) setTimeout(() => said.replaceChildren(), SAID_MS);
  });

  /* ---- the browser's time zone is a suggestion, never a silent change */
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const suggestZone = (scope) => {
    for (const field of scope.querySelectorAll('input[data-zone-value]')) if (!field.value) field.value = zone;
    for (const button of scope.querySelectorAll('button[data-zone-for]')) {
      const field = byId(button.dataset.zoneFor);
      const offered = field && (field.matches('select') ? [...field.options].some((o) => o.value === zone) : true);
      if (!offered || field.value === zone) continue;
      button.textContent = 'Use ' + zone.replaceAll('_', ' ') + ', the zone of this browser';
      button.hidden = false;
      button.addEventListener('click', () => { field.value = zone; button.hidden = true; field.focus(); });
    }
  };
  if (zone) suggestZone(document);
})();
