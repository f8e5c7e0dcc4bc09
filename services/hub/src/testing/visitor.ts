/** A browser that keeps cookies and follows no redirect. `post` opens a page first, for the token of its form. */
export class Visitor {
  readonly #cookies = new Map<string, string>();
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async get(path: string): Promise<{ status: number; body: string; location: string | null }> {
    return this.#send(path, {});
  }

  async post(path: string, page: string, fields: Record<string, string>): ReturnType<Visitor['get']> {
    const token = /name="_csrf" value="([^"]+)"/.exec((await this.get(page)).body)?.[1] ?? '';
    return this.#send(path, { method: 'POST', body: new URLSearchParams({ ...fields, _csrf: token }) });
  }

  async #send(path: string, init: RequestInit) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(new URL(path, this.#url), { ...init, redirect: 'manual', headers: { cookie } });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      this.#cookies.set(name, value);
    }
    return { status: answer.status, body: await answer.text(), location: answer.headers.get('location') };
  }
}
