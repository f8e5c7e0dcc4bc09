import multipart, { type MultipartFile } from '@fastify/multipart';
import { errorCode } from '@practice-exchange/platform';
import { type FormError, type FormValues, formError, readTypedValues } from '@practice-exchange/web';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { NodeContext } from '../../context.ts';
import { paths, pathTo } from '../../paths.ts';
import { personOf } from '../../person-of.ts';
import { proseHeadings } from '../anonymisation/guard-finding.ts';
import { readOwnReview } from '../reviews/reviews.ts';
import { type Aside, DocumentRefused, largestFile } from './imported-document.ts';
import { lookAtDocument, placeParts } from './importing.ts';
import { type Part, type ProseField, partsOf } from './placing.ts';
import { readDocument } from './read-document.ts';
import { asideWords, refusalWords } from './refusal-words.ts';

type IdParams = { Params: { id: string } };

const authors = { roles: ['author'] } as const;
const mostParts = 200;
const nowhere = 'nowhere';

/** What a form carries of a document between two pages: nothing of it is saved before its author says so. */
const asidesForm = z.array(
  z.strictObject({ kind: z.enum(Object.keys(asideWords) as [Aside['kind']]), texts: z.array(z.string()) }),
);

/** Starting from a document: choosing it, seeing where everything in it would go and what else it holds, and saving that. */
export async function importPages(app: FastifyInstance, { context }: { context: NodeContext }): Promise<void> {
  await app.register(multipart, {
    attachFieldsToBody: 'keyValues',
    throwFileSizeLimit: false,
    limits: { fileSize: largestFile, files: 1, fields: 5, fieldSize: 2000, parts: 6 },
    onFile: keepNameWithContent,
  });

  app.get<IdParams>(paths.importDocument, { config: { access: authors } }, (request, reply) =>
    showChoose(request, reply),
  );

  app.post<IdParams>(
    paths.importDocument,
    { config: { access: authors }, bodyLimit: largestFile + 65_536 },
    async (request, reply) => {
      const { id } = request.params;
      await readOwnReview(context, personOf(request), id);
      const file = chosenFile(request.body);
      if (file === null) return showChoose(request, reply, 'Select a file');
      try {
        if (file.isTruncated) throw new DocumentRefused('too-large');
        const { blocks, asides } = await readDocument({ bytes: file.bytes, name: file.name });
        return await showPlace(request, reply, { parts: partsOf(blocks), asides: withFileName(asides, file.name) });
      } catch (error) {
        if (!(error instanceof DocumentRefused)) throw error;
        context.log.info({ code: `document-${error.refusal}` }, 'a document was not read');
        return showChoose(request, reply, refusalWords[error.refusal]);
      }
    },
  );

  app.get<IdParams>(paths.placeDocument, { config: { access: authors } }, async (request, reply) => {
    const kept = await request.keptForm();
    if (!kept) return reply.redirect(pathTo(paths.importDocument, request.params.id), 303);
    return showPlace(request, reply, documentIn(kept), { isKept: true });
  });

  app.post<IdParams>(
    paths.placeDocument,
    { config: { access: authors, keptOverSignIn: true }, bodyLimit: 4 * 1_048_576 },
    async (request, reply) => {
      const { id } = request.params;
      const typed = readTypedValues(request.body);
      if (typed.next === 'discard') {
        await request.forgetKeptForm();
        return reply.redirect(pathTo(paths.importDocument, id), 303);
      }
      const document = documentIn(typed);
      const placed = document.parts.flatMap(({ text, into }) => (into && text.trim() !== '' ? [{ text, into }] : []));
      if (placed.length === 0) {
        const errors = [formError('into-0', 'Choose where at least one part goes')];
        return showPlace(request, reply, document, { errors });
      }
      await placeParts(context, personOf(request), id, placed);
      await request.forgetKeptForm();
      await reply.notify({
        kind: 'success',
        heading: 'Imported and saved',
        text: 'Read each part once more. The anonymisation check looks at it meanwhile.',
      });
      return reply.redirect(pathTo(paths.review, id), 303);
    },
  );

  async function showChoose(request: FastifyRequest<IdParams>, reply: FastifyReply, problem?: string) {
    const review = await readOwnReview(context, personOf(request), request.params.id);
    return reply.page(
      'importing/views/choose.njk',
      {
        title: 'Start from a document you have',
        review,
        errors: problem ? [formError('document', problem)] : [],
      },
      problem ? { status: 400 } : {},
    );
  }

  async function showPlace(
    request: FastifyRequest<IdParams>,
    reply: FastifyReply,
    document: { parts: readonly Part[]; asides: readonly Aside[] },
    { errors = [], isKept = false }: { errors?: readonly FormError[]; isKept?: boolean } = {},
  ) {
    const { id } = request.params;
    const review = await readOwnReview(context, personOf(request), id);
    const found = await lookAtDocument(context, id, document).catch((error: unknown) => {
      context.log.warn({ code: errorCode(error) }, 'a document could not be checked before it was placed');
      return null;
    });
    return reply.page(
      'importing/views/place.njk',
      {
        title: 'Check where everything goes',
        review,
        parts: document.parts.map((part, index) => ({ ...part, found: found?.inParts[index] ?? [] })),
        asides: document.asides.map((aside) => ({ ...aside, ...asideWords[aside.kind] })),
        asidesText: JSON.stringify(document.asides),
        foundInAsides: found?.inAsides ?? [],
        isChecked: found !== null,
        places: [
          { value: nowhere, text: 'Leave it out' },
          ...proseHeadings.map(({ field, label }) => ({ value: field, text: label })),
        ],
        written: Object.keys(review.working.prose),
        isKept,
        errors,
      },
      errors.length > 0 ? { status: 400 } : {},
    );
  }
}

type ChosenFile = { name: string; bytes: Uint8Array; isTruncated: boolean };

/** The form's file as one value: what it is called and what is in it, as far as it was read. */
async function keepNameWithContent(part: MultipartFile): Promise<void> {
  const bytes = await part.toBuffer();
  const value: ChosenFile = { name: part.filename, bytes, isTruncated: part.file.truncated };
  (part as unknown as { value: ChosenFile }).value = value;
}

function chosenFile(body: unknown): ChosenFile | null {
  const file = (body as { document?: ChosenFile } | undefined)?.document;
  if (typeof file !== 'object' || !(file.bytes instanceof Uint8Array)) return null;
  return file.name === '' && file.bytes.length === 0 ? null : file;
}

/** The name of a file says as much as its properties do, and is told with them. */
function withFileName(asides: readonly Aside[], name: string): Aside[] {
  const properties = asides.find(({ kind }) => kind === 'property')?.texts ?? [];
  return [
    ...asides.filter(({ kind }) => kind !== 'property'),
    { kind: 'property', texts: [`File name: ${name}`, ...properties] },
  ];
}

/** A document as the form of the placing page carries it. What does not fit is left out, as an unplaced part would be. */
function documentIn(typed: FormValues): { parts: Part[]; asides: Aside[] } {
  const parts: Part[] = [];
  for (let index = 0; index < mostParts && typeof typed[`text-${index}`] === 'string'; index += 1) {
    const heading = typed[`heading-${index}`];
    const into = proseHeadings.find(({ field }) => field === typed[`into-${index}`])?.field ?? null;
    parts.push({
      heading: typeof heading === 'string' && heading !== '' ? heading : null,
      text: String(typed[`text-${index}`]),
      into: into satisfies ProseField | null,
    });
  }
  return { parts, asides: asidesIn(typed.asides) };
}

function asidesIn(text: FormValues[string] | undefined): Aside[] {
  try {
    return asidesForm.parse(JSON.parse(String(text)));
  } catch {
    return [];
  }
}
