/* A field that suggests knows its list only while something fits: with a list, also an empty one, a browser opens and
   closes its picker at each key, and a scanner is faster than that. */
addEventListener('htmx:afterSwap', (e) => {
  const list = e.target;
  if (!list.matches('datalist')) return;
  const field = document.querySelector(`[hx-target="#${list.id}"]`);
  if (list.options.length) field?.setAttribute('list', list.id);
  else field?.removeAttribute('list');
});
