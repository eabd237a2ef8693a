/* The check-in desk: scanner bursts, keys, results, undo, sound and the other desks.
   Everything a scan needs goes through one list (`waiting`) in order, each entry with its own
   request_id, so a lost answer can be sent again and never counts twice.

   Page contract: form.scan > input#scan, #result, #guests, #tally[data-rev], #sync[data-live] > #desks,
   form[data-undo][data-seconds] with [data-left], a result with data-sound and data-result,
   [data-key=F2] for what a key presses, [data-sound-toggle]. All of it is optional. */
(() => {
  'use strict';
  const byId = (id) => document.getElementById(id);
  const freshId = () => crypto.randomUUID ? crypto.randomUUID()
    : [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');
  const field = byId('scan'), form = field && field.form, result = byId('result'), sync = byId('sync');

  /* ---- home of the cursor */
  const isTyping = (el) => el !== field && el.matches('input:not([type=checkbox],[type=radio]),textarea,select');
  const home = () => {
    if (field && !document.querySelector('dialog[open]') && !isTyping(document.activeElement)) field.focus({ preventScroll: true });
  };
  const clearField = () => {
    const had = field.value;
    field.value = '';
    if (had) field.dispatchEvent(new Event('input', { bubbles: true }));
  };

  /* ---- the list of what is to be sent, oldest first */
  const waiting = [];
  let isSending = false, answer = null, refused = null;
  const send = (q, isTyped) => {
    if (!q.trim()) return;
    typed = isTyped ? q : null;
    waiting.push({ q, request_id: freshId(), device_at: new Date().toISOString() });
    pump();
  };
  /* typed words stay until they are answered: where they fit several guests, more letters help */
  let typed = null;
  const settleField = (q) => {
    if (typed !== q || field.value !== q) return;
    if (result.querySelector('[data-keep]')) field.select();
    else clearField();
  };
  const pump = async () => {
    if (isSending || !waiting.length) return;
    isSending = true;
    while (waiting.length) {
      answer = null;
      try {
        await htmx.ajax('POST', form.getAttribute('hx-post') || form.action, {
          source: form, target: result, swap: 'innerHTML', values: waiting[0],
        });
      } catch { /* the line at the bottom says so, and the entry stays */ }
      const isLost = !answer || answer.status === 0 || (answer.status >= 502 && answer.status <= 504);
      if (isLost) break;
      const sent = waiting.shift();
      settleField(sent.q);
      refused = answer.status >= 400 && answer.status !== 409 && answer.status !== 422 ? sent : null;
      lastAnswerAt = Date.now();
    }
    isSending = false;
    showSync();
    if (!waiting.length) home();
    lookSoon();
  };
  if (form) {
    form.dataset.kept = 'No connection. Scans are kept on this page and sent by themselves.';
    form.addEventListener('htmx:afterRequest', (e) => { if (e.detail.elt === form) answer = e.detail.xhr; });
    form.addEventListener('send-again', (e) => { 
      e.preventDefault();
      if (refused) waiting.unshift(refused);
      refused = null;
      pump();
    });
    form.addEventListener('submit', (e) => {
      e.preventDefault();
      e.stopImmediatePropagation();
      send(field.value, true);
    }, true);
  }
  addEventListener('beforeunload', (e) => { if (waiting.length) e.preventDefault(); });

  /* a tap form that stays on the page gets a fresh id once its own was used */
  addEventListener('htmx:afterRequest', (e) => {
    const used = e.detail.successful && e.detail.elt.matches('form') && e.detail.elt.elements.namedItem('request_id');
    if (used) used.value = freshId();
  });

  /* ---- a burst of keys that ends with Enter or Tab is a scanner, wherever the focus is.
     Physical keys, because scanners type US keys whatever the layout of the machine. */
  // most gaps are short; one may be three times as long, a longer one starts anew
  let gap = 0;
  try { gap = Number(localStorage.getItem('desk-gap')); } catch { /* storage is blocked: the usual one */ }
  const GAP = Math.min(Math.max(gap || 35, 35), 80), MIN = 6;
  const physical = (code) => code.startsWith('Key') ? code[3] : code.startsWith('Digit') ? code[5] : '';
  const isScanner = (times) => {
    const gaps = times.slice(1).map((at, n) => at - times[n]).sort((a, b) => a - b);
    return times.length > MIN && gaps[gaps.length >> 1] <= GAP;
  };
  let keys = [], last = 0, touched = null;
  /* a scanner or a busy machine may stop on the way: what stands in the field before the burst is its beginning,
     unless the burst is a code by itself */
  const isWhole = (text) => /^[0-9A-Z]{8}$/.test(text) || text.includes('/');
  const scanned = () => {
    const burst = keys.map((k) => physical(k.code) || k.key).join('').toUpperCase();
    const both = touched && touched.el === field ? touched.value.toUpperCase() + burst : burst;
    return isWhole(burst) ? burst : both;
  };
  const onScanKey = (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
    const ends = e.key === 'Enter' || e.key === 'Tab';
    if (e.timeStamp - last > 3 * GAP) keys = [];
    last = e.timeStamp;
    if (ends && isScanner([...keys.map((k) => k.at), e.timeStamp])) {
      e.preventDefault();
      e.stopImmediatePropagation(); // its Enter must not press a button
      const code = scanned();
      keys = [];
      if (touched && touched.el !== field) touched.el.value = touched.value; // the code was typed into it
      const open = document.querySelector('dialog[open]');
      if (open) open.close();
      clearField();
      field.focus({ preventScroll: true });
      send(code);
      return;
    }
    if (ends) keys = [];
    if (e.key.length > 1) return;
    const el = document.activeElement;
    if (!keys.length) touched = el.matches('input,textarea') ? { el, value: el.value } : null;
    keys.push({ code: e.code, key: e.key, at: e.timeStamp });
    // type anywhere: the field takes it, except a space on a button, which presses it
    if (!el.matches('input,textarea,select') && !(e.key === ' ' && el.matches('button,a,summary')) && !document.querySelector('dialog[open]')) {
      field.focus({ preventScroll: true });
      field.value += e.key;
      e.preventDefault();
      field.dispatchEvent(new Event('input', { bubbles: true }));
    }
  };
  if (form) addEventListener('keydown', onScanKey, true);

  /* what was scanned is not searched for: the list is asked again only when the words changed */
  let listed = field ? field.value : '';
  if (field) field.addEventListener('htmx:configRequest', (e) => {
    if (e.detail.elt !== field) return;
    if (field.value === listed) e.preventDefault();
    else listed = field.value;
  });
  if (field) field.addEventListener('htmx:afterRequest', (e) => { if (!e.detail.successful) listed = null; });

  /* ---- keys for hands: rows, escape, undo, function keys */
  const undoButton = () => document.querySelector('form[data-undo] button');
  const moveInList = (by) => {
    const buttons = [...document.querySelectorAll('#guests .guest :is(button,a.btn)')];
    const at = buttons.indexOf(document.activeElement) + by;
    if (at < 0) field.focus();
    else if (buttons[at]) buttons[at].focus();
  };
  addEventListener('keydown', (e) => {
    if (e.defaultPrevented || !field) return;
    const onPage = !document.querySelector('dialog[open]');
    const undo = undoButton();
    if ((e.ctrlKey || e.metaKey) && e.key === 'z' && undo && !field.value) { e.preventDefault(); undo.click(); }
    else if ((e.key === 'ArrowDown' || e.key === 'ArrowUp') && onPage && !isTyping(document.activeElement)) {
      e.preventDefault();
      moveInList(e.key === 'ArrowDown' ? 1 : -1);
    } else if (e.key === 'Escape' && onPage) { clearField(); result.replaceChildren(); home(); }
    else if (/^F\d+$/.test(e.key)) {
      const pressed = document.querySelector('[data-key="' + e.key + '"]');
      if (pressed) { e.preventDefault(); pressed.click(); }
    }
  });

  /* ---- sound: after the first key or tap, kept on or off per device */
  const TONES = { // [Hz, starts at ms, lasts ms]
    in: [[880, 0, 60], [1320, 70, 60]], again: [[440, 0, 50], [440, 110, 50]],
    ask: [[660, 0, 120], [520, 140, 160]], stop: [[180, 0, 350]],
  };
  const BUZZ = { in: 40, again: [40, 60, 40], ask: 120, stop: 200 };
  const toggle = document.querySelector('[data-sound-toggle]');
  let audio = null, isLoud = true, lastResult = '';
  try { isLoud = localStorage.getItem('desk-sound') !== 'off'; } catch { /* storage is blocked: on */ }
  const play = (kind) => {
    if (navigator.vibrate && BUZZ[kind]) navigator.vibrate(BUZZ[kind]);
    const mayPlay = !navigator.userActivation || navigator.userActivation.hasBeenActive;
    if (!isLoud || !TONES[kind] || !window.AudioContext || !mayPlay) return;
    audio ||= new AudioContext();
    for (const [pitch, from, length] of TONES[kind]) {
      const tone = audio.createOscillator(), level = audio.createGain(), at = audio.currentTime + from / 1000;
      tone.frequency.value = pitch;
      level.gain.setValueAtTime(0.2, at);
      level.gain.exponentialRampToValueAtTime(0.001, at + length / 1000);
      tone.connect(level).connect(audio.destination);
      tone.start(at);
      tone.stop(at + length / 1000);
    }
  };
  if (toggle) {
    toggle.setAttribute('aria-pressed', String(isLoud));
    toggle.addEventListener('click', () => {
      isLoud = !isLoud;
      toggle.setAttribute('aria-pressed', String(isLoud));
      try { localStorage.setItem('desk-sound', isLoud ? 'on' : 'off'); } catch { /* for this page only */ }
      if (isLoud) play('in');
      home();
    });
  }

  /* ---- a result: sound, countdown of the undo, then one line, then gone after half a minute */
  const BRIEF_S = 10, GONE_S = 30;
  /* who is in leaves the list, except under a finger: the server decides when that row is pressed */
  const removeRows = (from) => {
    for (const id of (from.dataset.gone || '').split(' ')) {
      const row = id && byId('guest-' + id);
      if (row && (from.matches('.result') || !row.contains(document.activeElement))) row.remove();
    }
  };
  let ticking = 0;
  const showResult = () => {
    clearInterval(ticking);
    const shown = result.querySelector('.result');
    if (!shown) return;
    removeRows(shown);
    const id = shown.dataset.result || '';
    if (!id || id !== lastResult) play(shown.dataset.sound); // a double read makes no second sound
    lastResult = id;
    const undo = shown.querySelector('form[data-undo]'), left = shown.querySelector('[data-left]');
    const until = Number(undo && undo.dataset.seconds) || 0, isIn = shown.classList.contains('result--ok');
    const from = Date.now();
    shown.classList.add('is-live');
    ticking = setInterval(() => {
      const passed = Math.floor((Date.now() - from) / 1000);
      if (left) left.textContent = Math.max(0, until - passed) + ' s';
      if (undo && passed >= until && undo.isConnected) {
        const hadFocus = undo.contains(document.activeElement);
        undo.remove();
        if (hadFocus) home();
      }
      if (isIn && passed >= BRIEF_S) shown.classList.add('result--brief');
      if (passed >= GONE_S && !shown.classList.contains('result--ask') && !shown.contains(document.activeElement)) {
        clearInterval(ticking);
        shown.remove();
      }
    }, 250);
  };
  if (result) {
    addEventListener('htmx:afterSettle', (e) => {
      if (result.contains(e.target)) {
        showResult();
        // who was found and pressed is in: the field is free for the next one
        const sent = (e.detail.requestConfig || {}).formData;
        if (field && sent && sent.has('enrollment') && result.querySelector('.result--ok')) clearField();
        const open = result.childElementCount && document.querySelector('dialog[open]');
        if (open) open.close();
        lookSoon();
      }
      home();
    });
    showResult();
  }
  addEventListener('click', (e) => {
    if (!result || !e.target.closest('[data-dismiss]')) return;
    e.preventDefault();
    result.replaceChildren();
    home();
  });
  addEventListener('pageshow', home);
  document.addEventListener('close', () => setTimeout(home), true);

  /* ---- the other desks: ask often while somebody works here, seldom when idle, never when hidden */
  const BUSY_MS = 2000, IDLE_MS = 10000, IDLE_AFTER_MS = 60000, LIMIT_MS = 6000, OFFLINE_MS = 15000, SOON_MS = 300;
  let lastAnswerAt = Date.now(), lastTouchAt = Date.now(), nextLook = 0, isAsking = false, isOver = false;
  for (const kind of ['keydown', 'pointerdown']) addEventListener(kind, () => { lastTouchAt = Date.now(); }, true);
  let goodWords = sync && byId('desks') ? byId('desks').textContent : 'Live';
  function showSync() {
    if (!sync || isOver) return;
    const silent = Date.now() - lastAnswerAt;
    const state = silent < LIMIT_MS ? 'live' : silent < OFFLINE_MS ? 'slow' : 'off';
    const unsent = isSending ? 0 : waiting.length;
    const words = state === 'live' && !unsent ? goodWords
      : (state === 'off' ? 'Offline' : 'Reconnecting') + (unsent ? ', ' + unsent + ' waiting' : '');
    const shown = byId('desks');
    if (shown && shown.textContent !== words) shown.textContent = words;
    sync.classList.toggle('live--off', state !== 'live' || unsent > 0);
  }
  const look = async () => {
    clearTimeout(nextLook);
    if (document.visibilityState !== 'visible' || isAsking || isOver) return;
    isAsking = true;
    const stop = new AbortController(), limit = setTimeout(() => stop.abort(), LIMIT_MS);
    try {
      const tally = byId('tally'), url = new URL(sync.dataset.live, location.href);
      if (tally && tally.dataset.rev) url.searchParams.set('since', tally.dataset.rev);
      const reply = await fetch(url, { headers: { 'HX-Request': 'true' }, signal: stop.signal, cache: 'no-store' });
      if (reply.headers.has('HX-Redirect')) { if (!waiting.length) location.assign(reply.headers.get('HX-Redirect')); }
      else if (reply.ok) {
        lastAnswerAt = Date.now();
        isOver = reply.status === 286; // the event is closed: nothing will change any more
        const parts = reply.status === 204 ? '' : await reply.text();
        if (parts) htmx.swap(document.body, parts, { swapStyle: 'none' });
        if (parts && byId('tally')) removeRows(byId('tally'));
        if (parts.includes('id="desks"')) goodWords = byId('desks').textContent;
        if (waiting.length) pump();
      }
    } catch { /* no network: the pill says how long */ }
    clearTimeout(limit);
    isAsking = false;
    showSync();
    if (!isOver) nextLook = setTimeout(look, Date.now() - lastTouchAt > IDLE_AFTER_MS ? IDLE_MS : BUSY_MS);
  };
  /* our own change shows without waiting for the next round */
  function lookSoon() {
    if (!sync || !sync.dataset.live || isOver) return;
    clearTimeout(nextLook);
    nextLook = setTimeout(look, SOON_MS);
  }
  if (sync && sync.dataset.live) {
    document.addEventListener('visibilitychange', look);
    addEventListener('online', look);
    nextLook = setTimeout(look, BUSY_MS);
    setInterval(showSync, 1000);
    // a row under the finger stays as it is; the server decides when it is pressed
    addEventListener('htmx:oobBeforeSwap', (e) => {
      if (e.detail.target.contains(document.activeElement)) e.detail.shouldSwap = false;
    });
  }

  /* ---- the start page: how fast does this scanner type? Slow ones (Bluetooth) get a wider gap. */
  const test = document.querySelector('[data-scan-test]');
  if (test) {
    const said = byId(test.getAttribute('aria-describedby'));
    let times = [];
    test.addEventListener('keydown', (e) => {
      if (e.key.length === 1) { times.push(e.timeStamp); return; }
      if (e.key !== 'Enter' && e.key !== 'Tab') return;
      if (e.key === 'Enter') e.preventDefault();
      const each = times.length > 5 ? Math.round((times.at(-1) - times[0]) / (times.length - 1)) : 0;
      const isFast = each > 0 && each <= 80;
      if (e.key === 'Enter' || isFast) {
        said.textContent = isFast ? 'Reads fine, ' + each + ' ms per character.'
          : 'That was typed by hand, or the scanner is slow. Names and typed codes work all the same.';
      }
      if (isFast) try { localStorage.setItem('desk-gap', String(Math.min(3 * each, 80))); } catch { /* for this page only */ }
      times = [];
      test.value = '';
    });
  }
})();
