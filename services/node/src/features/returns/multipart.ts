import { AppError } from '@practice-exchange/platform';

/** The fields of a `multipart/form-data` body (RFC 7578): texts as they are, a file as its bytes. Throws for a body that is not one. */
export async function readMultipart(body: Buffer, contentType: string): Promise<Record<string, string | Uint8Array>> {
  let form: FormData;
  try {
    form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  } catch (cause) {
    throw new AppError({
      code: 'form-unreadable',
      status: 400,
      title: 'The form could not be read',
      message: 'The form did not arrive whole. Open the page again and send it once more.',
      cause,
    });
  }
  const fields: [string, string | Uint8Array][] = [];
  for (const [name, value] of form) {
    fields.push([name, typeof value === 'string' ? value : new Uint8Array(await value.arrayBuffer())]);
  }
  return Object.fromEntries(fields);
}
