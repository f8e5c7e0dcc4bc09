/**
 * Warns before a session ends for want of use, and lets the person stay signed in. The server decides: this only shows
 * what it said. Reads from the dialog `data-session-ends-in` and `data-session-warn-before` (seconds) and
 * `data-session-ended` (where to go when it is over).
 */
export function watchSession() {
  const dialog = document.querySelector('dialog[data-session-ends-in]');
  if (!(dialog instanceof HTMLDialogElement)) return;
  const { sessionEndsIn, sessionWarnBefore, sessionEnded } = dialog.dataset;
  const warnBefore = Number(sessionWarnBefore);
  const remaining = dialog.querySelector('[data-session-remaining]');
  const problem = dialog.querySelector('[data-session-problem]');
  const form = document.querySelector('form[data-kept-over-sign-in]');
  const asOpened = form && form.dataset.keptOverSignIn !== 'restored' ? contentOf(form) : null;
  let endsAt = Date.now() + Number(sessionEndsIn) * 1000;

  dialog.querySelector('form')?.addEventListener('submit', async (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    try {
      const answer = await fetch(form.action, {
        method: 'POST',
        body: new URLSearchParams(new FormData(form)),
        headers: { accept: 'application/json' },
        redirect: 'error',
      });
      if (!answer.ok) throw new Error('refused');
      const { endsIn } = await answer.json();
      endsAt = Date.now() + endsIn * 1000;
      problem.hidden = true;
      dialog.close();
    } catch {
      problem.hidden = false;
    }
  });

  // Checked by the clock, not by one long timer: a laptop that slept must not wake to a stale page.
  const check = () => {
    const seconds = Math.round((endsAt - Date.now()) / 1000);
    if (seconds <= 0) {
      // What was typed goes to the server first: it is kept there until the person has signed in again.
      if (form && contentOf(form) !== asOpened) form.submit();
      else location.assign(sessionEnded);
      return;
    }
    if (seconds <= warnBefore) {
      const minutes = Math.max(1, Math.ceil(seconds / 60));
      const words = minutes === 1 ? '1 minute' : `${minutes} minutes`;
      if (remaining.textContent !== words) remaining.textContent = words;
      if (!dialog.open) dialog.showModal();
    }
    setTimeout(check, Math.min(15_000, Math.max(1000, (seconds - warnBefore) * 1000)));
  };
  check();
}

function contentOf(form) {
  return new URLSearchParams(new FormData(form)).toString();
}
