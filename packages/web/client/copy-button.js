/**
 * Gives each `[data-copy]` element a button that copies the text of the attribute and says so to screen readers. `data-copy-of` tells them, and
 * nobody else, of what: a page may have ten such buttons.
 * Without a clipboard (an old browser, plain HTTP) nothing is added: the text itself can be selected.
 */
export function addCopyButtons() {
  if (!navigator.clipboard) return;
  for (const place of document.querySelectorAll('[data-copy]')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'app-copy-button';
    const label = place.dataset.copyLabel ?? 'Copy';
    const shown = document.createElement('span');
    shown.textContent = label;
    button.append(shown);
    if (place.dataset.copyOf) {
      const of = document.createElement('span');
      of.className = 'govuk-visually-hidden';
      of.textContent = ` of ${place.dataset.copyOf}`;
      button.append(of);
    }
    const said = document.createElement('span');
    said.setAttribute('role', 'status');
    said.className = 'govuk-visually-hidden';
    button.addEventListener('click', async () => {
      const done = await navigator.clipboard.writeText(place.dataset.copy).then(
        () => 'Copied',
        () => 'Your browser did not allow copying',
      );
      shown.textContent = done;
      said.textContent = done;
      setTimeout(() => {
        shown.textContent = label;
        said.textContent = '';
      }, 4000);
    });
    place.append(button, said);
  }
}
