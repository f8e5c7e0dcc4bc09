/**
 * Keeps `[data-live]` parts of a page as they are at the server: asks for the page again every two seconds while the part
 * says that it is not finished (`data-live="waiting"`), and replaces what has changed. Without JavaScript the page reloads
 * itself instead; when the server does not answer the part stays as it was.
 */
export function keepLive() {
  if (!document.querySelector('[data-live="waiting"]')) return;
  const ask = async () => {
    try {
      const response = await fetch(location.href, { headers: { accept: 'text/html' }, redirect: 'error' });
      if (!response.ok) throw new Error(String(response.status));
      const page = new DOMParser().parseFromString(await response.text(), 'text/html');
      for (const part of document.querySelectorAll('[data-live]')) {
        const now = page.getElementById(part.id);
        if (!now || now.innerHTML === part.innerHTML) continue;
        // What a reader has opened stays open.
        const open = new Set([...part.querySelectorAll('details[open]')].map((details) => details.id));
        part.innerHTML = now.innerHTML;
        part.dataset.live = now.dataset.live;
        for (const id of open) part.querySelector(`details#${CSS.escape(id)}`)?.setAttribute('open', '');
      }
    } catch {
      // The next time will do.
    }
    if (document.querySelector('[data-live="waiting"]')) setTimeout(ask, 2000);
  };
  setTimeout(ask, 2000);
}
