/** The query API as it is deployed: who may ask what, how much, and what is logged of it. */
import { describe, expect, test } from '@jest/globals';
import { csvHeaders } from '../../../runtime/api/bars/csv.ts';
import { apiConfigIn } from '../../../runtime/api/config.ts';
import { routeKeys } from '../../../runtime/api/names.ts';
import { readEnvironment } from '../../../runtime/platform/env.ts';
import { least, synthesized } from '../synthesized.ts';

const { serving } = synthesized(least);
const propertiesOf = (type: string) =>
  Object.values(serving.findResources(type)).map(({ Properties }) => Properties);

describe('the query API', () => {
  test('has the routes of the contract and no others, and each asks for a signature', () => {
    const routes = propertiesOf('AWS::ApiGatewayV2::Route');
    expect(routes.map(({ RouteKey }) => RouteKey).sort()).toEqual(Object.values(routeKeys).toSorted());
    expect(new Set(routes.map(({ AuthorizationType }) => AuthorizationType))).toEqual(new Set(['AWS_IAM']));
  });

  test('lets no page of other origins in', () => {
    expect(propertiesOf('AWS::ApiGatewayV2::Api')).toEqual([
      expect.not.objectContaining({ CorsConfiguration: expect.anything() }),
    ]);
  });

  test('lets in pages of the origins that the environment names, as far as a question goes', () => {
    const apiOrigins = ['https://charts.example.com', 'http://localhost:3000'];
    const [api] = Object.values(
      synthesized({ ...least, apiOrigins }).serving.findResources('AWS::ApiGatewayV2::Api'),
    );
    expect(api?.['Properties'].CorsConfiguration).toMatchObject({
      ...{ AllowOrigins: apiOrigins, AllowMethods: ['GET'] },
      AllowHeaders: expect.arrayContaining(['authorization', 'x-amz-date', 'if-none-match']),
      ExposeHeaders: expect.arrayContaining(['etag', ...Object.values(csvHeaders)]),
    });
  });

  test('is throttled, and logs neither queries nor headers', () => {
    const [stage] = propertiesOf('AWS::ApiGatewayV2::Stage');
    expect(stage.DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 300, ThrottlingBurstLimit: 600 });
    expect(JSON.parse(stage.AccessLogSettings.Format)).toMatchObject({
      environment: 'test',
      status: '$context.status',
    });
    expect(stage.AccessLogSettings.Format).not.toMatch(/quer|header|authoriz|sourceIp/i);
  });

  test('tells its function of every feed that keeps bars', () => {
    const [{ Environment }] = propertiesOf('AWS::Lambda::Function').filter(
      ({ Handler }) => Handler === 'api.handler',
    );
    const { FEEDS } = Environment.Variables;
    const text = FEEDS['Fn::Join'][1]
      .map((part: unknown) => (typeof part === 'string' ? part : 'a-table'))
      .join('');
    expect(readEnvironment({ FEEDS: text }, apiConfigIn)).toMatchObject([
      {
        ...{ environment: 'test', feed: 'stocks', market: 'stocks', alignment: 'clock', delay: 0 },
        ...{ slots: [22, 34], barsTable: 'a-table', alarmPrefix: 'barflow-test-Stocks-' },
      },
    ]);
  });

  test('is not there where no feed keeps bars', () => {
    const [feed] = least.feeds;
    const feeds = feed ? [{ ...feed, store: false as const }] : [];
    expect(synthesized({ ...least, feeds }).serving.findResources('AWS::ApiGatewayV2::Api')).toEqual({});
  });
});

test('a configuration without feeds says what is missing of each', () => {
  expect(() => readEnvironment({ FEEDS: '[{"MARKET":"stocks"}]' }, apiConfigIn)).toThrow(
    /STATE_TABLE is missing/,
  );
  expect(() => readEnvironment({ FEEDS: '[]' }, apiConfigIn)).toThrow(/FEEDS/);
});
