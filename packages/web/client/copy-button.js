/**
 * Gives each `[data-copy]` element a button that copies the text of the attribute and says so to screen readers.
 * Without a clipboard (an old browser, plain HTTP) nothing is added: the text itself can be selected.
 */
export function addCopyButtons() {
  if (!navigator.clipboard) return;
  for (const place of document.querySelectorAll('[data-copy]')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'app-copy-button';
    const label = place.dataset.copyLabel ?? 'Copy';
    button.textContent = label;
    const said = document.createElement('span');
    said.setAttribute('role', 'status');
    said.className = 'govuk-visually-hidden';
    button.addEventListener('click', async () => {
      const done = await navigator.clipboard.writeText(place.dataset.copy).then(
        () => 'Copied',
        () => 'Your browser did not allow copying',
      );
      button.textContent = done;
      said.textContent = done;
      setTimeout(() => {
        button.textContent = label;
        said.textContent = '';
      }, 4000);
    });
    place.append(button, said);
  }
}
