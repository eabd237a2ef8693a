/* What a page looks like to a finger: given to a page under test by hitting.py. */
window.hitting = (() => {
  const name = (el) => {
    const classes = String((el.className && el.className.baseVal) ?? el.className ?? '').trim();
    const words = (el.getAttribute('aria-label') || el.innerText || el.name || '').trim().slice(0, 40);
    return (
      el.tagName.toLowerCase() +
      (el.id && '#' + el.id) +
      (classes && '.' + classes.replace(/\s+/g, '.')) +
      ' "' +
      words +
      '"'
    );
  };
  const belongs = (hit, el) => hit && (el.contains(hit) || [...(el.labels || [])].some((label) => label.contains(hit)));

  /* what lies at the middle of one element, once it was brought into view */
  const faultOf = (el) => {
    el.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
    const box = [...el.getClientRects()].find((one) => one.width > 1 && one.height > 1);
    if (!box) return 'takes no room';
    const x = Math.round(box.x + box.width / 2),
      y = Math.round(box.y + box.height / 2);
    if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return `lies outside the window, at ${x}, ${y}`;
    const hit = document.elementFromPoint(x, y);
    return belongs(hit, el) ? '' : `is covered by ${hit ? name(hit) : 'nothing'} at ${x}, ${y}`;
  };
  const missed = (scope) => {
    const found = [];
    for (const el of scope.querySelectorAll('a[href],button,input:not([type=hidden]),select,textarea,summary')) {
      if (!el.checkVisibility({ visibilityProperty: true })) continue;
      if (el.matches('.skip')) el.focus(); // it is there for who comes by keyboard
      const fault = faultOf(el);
      if (el.matches('.skip')) el.blur();
      if (fault) found.push(name(el) + ' ' + fault);
    }
    return found;
  };
  const missedWhenOpened = () => {
    const found = [];
    for (const one of document.querySelectorAll('details:not([open])')) {
      if (!one.checkVisibility()) continue;
      one.open = true;
      found.push(...missed(one));
      one.open = false;
    }
    return found;
  };
  const cut = () => {
    const tables = [...document.querySelectorAll('.tablewrap')].filter(
      (el) => el.checkVisibility() && el.scrollWidth > el.clientWidth + 1,
    );
    const found = tables.map(
      (el) => `table "${el.getAttribute('aria-label')}" is cut by ${el.scrollWidth - el.clientWidth} px`,
    );
    for (const el of document.querySelectorAll('.table :is(td, th)'))
      if (el.checkVisibility() && el.scrollWidth > el.clientWidth + 1)
        found.push(`"${el.innerText.slice(0, 40)}" is wider than its cell by ${el.scrollWidth - el.clientWidth} px`);
    for (const el of document.querySelectorAll('.tabs [aria-current],.chips [aria-current]')) {
      const own = el.getBoundingClientRect(),
        seen = el.parentElement.getBoundingClientRect();
      if (own.left < seen.left - 1 || own.right > seen.right + 1)
        found.push(`the present "${el.innerText}" is not in sight`);
    }
    return found;
  };
  const tooWide = () => {
    const over = document.documentElement.scrollWidth - innerWidth;
    if (over <= 0) return '';
    const wide = [...document.body.querySelectorAll('*')].filter(
      (el) => el.checkVisibility() && el.getBoundingClientRect().right > innerWidth + 1,
    );
    return over + ' px: ' + wide.slice(-2).map(name).join(' | ');
  };
  return { missed, missedWhenOpened, cut, tooWide };
})();
