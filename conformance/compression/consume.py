"""Reads one partition from its start with librdkafka and prints the SHA-256 of each value.

consume.py HOST:PORT TOPIC COUNT
"""
import hashlib
import sys

from confluent_kafka import Consumer, TopicPartition

servers, topic, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
consumer = Consumer({"bootstrap.servers": servers, "group.id": "unused", "check.crcs": True, "enable.auto.commit": False})
consumer.assign([TopicPartition(topic, 0, 0)])
for _ in range(count):
    message = consumer.poll(30)
    if message is None:
        sys.exit("no more messages")
    if message.error():
        sys.exit(str(message.error()))
    print(hashlib.sha256(message.value()).hexdigest())
consumer.close()
