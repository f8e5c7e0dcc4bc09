import { Session } from 'node:inspector/promises';

const threadFile = /embedded\/worker\.ts$/;

/**
 * Runs a line of JavaScript in the thread of this process's embedded index, from outside, as nothing in the thread foresees. Resolves when it
 * was sent; throws when there is no such thread.
 */
async function runInIndexThread(expression: string): Promise<void> {
  const session = new Session();
  session.connect();
  try {
    let sessionId: string | undefined;
    session.on('NodeWorker.attachedToWorker', ({ params }) => {
      if (threadFile.test(params.workerInfo.url)) sessionId = params.sessionId;
    });
    await session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
    if (sessionId === undefined) throw new Error('There is no index thread');
    const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } });
    await session.post('NodeWorker.sendMessageToWorker', { sessionId, message });
  } finally {
    session.disconnect();
  }
}

/** Ends the index thread where it stands. */
export const killIndexThread = () => runInIndexThread('process.exit(1)');

/** Has the index thread go round in circles for ever. */
export const hangIndexThread = () => runInIndexThread('for (;;);');
