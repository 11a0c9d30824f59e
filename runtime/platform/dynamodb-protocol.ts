/** How our clients speak to DynamoDB: the SDK's own protocol, with a reader of Query's answers that costs a fraction of its generic one. */
import { AwsJson1_0Protocol } from '@aws-sdk/core/protocols';
import { QueryDeserializer } from './query-answer.ts';

/** Only the text of those answers is ours: signing, endpoints, retries, errors and connections stay the SDK's. */
export class DynamoDbProtocol extends AwsJson1_0Protocol {
  constructor(settings: ConstructorParameters<typeof AwsJson1_0Protocol>[0]) {
    super(settings);
    this.deserializer = new QueryDeserializer(this.deserializer);
  }
}
