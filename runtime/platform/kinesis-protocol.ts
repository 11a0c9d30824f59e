/** How our clients speak to Kinesis: the SDK's own protocol, with a writer and a reader of PutRecords that cost a fraction of its generic ones. */
import { AwsJson1_1Protocol } from '@aws-sdk/core/protocols';
import { PutRecordsDeserializer } from './put-records-answer.ts';
import { PutRecordsSerializer } from './put-records-body.ts';

/** Only the text of bodies is ours: signing, endpoints, retries, errors and connections stay the SDK's. */
export class KinesisProtocol extends AwsJson1_1Protocol {
  constructor(settings: ConstructorParameters<typeof AwsJson1_1Protocol>[0]) {
    super(settings);
    this.serializer = new PutRecordsSerializer(this.serializer);
    this.deserializer = new PutRecordsDeserializer(this.deserializer);
  }
}
