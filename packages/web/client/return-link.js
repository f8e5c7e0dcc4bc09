/**
 * Has each link with `data-return-to` go back to the latest page of this tab with the same name in `data-return-place`, as it was: a search with its
 * words and filters. No referrer is sent, so the browser tells no page the address of an earlier one; it keeps the name, and nothing else, beside
 * the page in the tab's history. Whoever signs in next is not led to what somebody else has searched for. Without the Navigation API, without
 * such a page, and in a new tab the link leads to its own address.
 */
export function leadBack() {
  const { navigation } = window;
  if (!navigation?.currentEntry) return;
  const isSignedIn = document.querySelector('dialog[data-session-ends-in]') !== null;
  const place = isSignedIn ? document.querySelector('[data-return-place]')?.dataset.returnPlace : 'signed-out';
  if (place) navigation.updateCurrentEntry({ state: { place } });
  for (const link of document.querySelectorAll('a[data-return-to]')) {
    link.addEventListener('click', (event) => {
      if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      const before = navigation.entries().slice(0, navigation.currentEntry.index);
      const latest = before.findLast((entry) => entry.getState()?.place);
      if (latest?.getState().place !== link.dataset.returnTo) return;
      event.preventDefault();
      const { committed, finished } = navigation.traverseTo(latest.key);
      committed.catch(() => location.assign(link.href));
      finished.catch(() => undefined);
    });
  }
}
