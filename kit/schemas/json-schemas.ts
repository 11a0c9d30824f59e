/** JSON Schemas (draft 2020-12) of every record, as they are published: by file name. */
import { toJsonSchema } from '@valibot/to-json-schema';
import { coverage, event, longerBar, oneMinuteBar, watermark } from './records.ts';

const records = {
  'minute-bar': { schema: oneMinuteBar, title: 'A bar of 1m, on the minutes stream' },
  bar: { schema: longerBar, title: 'A bar of 5m to 4h, on the bars stream' },
  coverage: { schema: coverage, title: 'A coverage mark, on the minutes stream' },
  watermark: { schema: watermark, title: 'A watermark, on the minutes stream' },
  event: {
    schema: event,
    title: 'A passed-on event: a line of a record on the events stream, of a file and of an object',
  },
};

export function jsonSchemas(): ReadonlyMap<string, object> {
  return new Map(
    Object.entries(records).map(([name, { schema, title }]) => {
      const { $schema, ...rest } = toJsonSchema(schema, { target: 'draft-2020-12' });
      return [`${name}.schema.json`, { $schema, title, ...rest }];
    }),
  );
}

/** The text of a schema's file. */
export function schemaText(schema: object): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}
