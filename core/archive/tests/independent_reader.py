#!/usr/bin/env python3
"""Reads an archive of events, and writes them to the standard output: each with
its length before it, as a varint.

    python3 independent_reader.py FILE > events.bin

It is written from docs/archive-format.md alone, shares nothing with the reader in
Rust, and is made to be read, not to be fast. It reads whole files only: it stops
at the first damage. Needs the package `zstandard` from PyPI.
"""

import struct
import sys
import zlib

import zstandard

FILE_MAGIC = b"POARCHV\x01"
TRAILER_MAGIC = b"POINDEX\x01"
RECORD_MAGIC = b"\xf5PO\xa7"
HEADER, BLOCK, SUMMARY, INDEX = 1, 2, 3, 4
HEAD = struct.Struct("<4sBBHQIIIIQQII")
LIMIT = 1 << 64

NUMBER_RING, HASH_RING = 65_536, 131_072
RUN, MESSAGE, RELATIVE = 1, 2, 4


def check(is_right, what):
    if not is_right:
        raise ValueError(what)


class Bytes:
    """Bytes that are read from the beginning to the end."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, length):
        check(self.at + length <= len(self.data), "the data ends too early")
        self.at += length
        return self.data[self.at - length : self.at]

    def byte(self):
        return self.take(1)[0]

    def varint(self):
        value, shift = 0, 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                check(value < LIMIT and (byte > 0 or shift == 0), "a bad varint")
                return value
            shift += 7

    def piece(self):
        return self.take(self.varint())

    def is_at_end(self):
        return self.at == len(self.data)


def put_varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def unzigzag(value):
    return (value >> 1) ^ -(value & 1)


# Records -------------------------------------------------------------------


class Record:
    def __init__(self, file):
        self.offset = file.tell()
        head = file.read(HEAD.size)
        check(len(head) == HEAD.size, "the file ends in a head")
        (magic, self.kind, _, self.number, self.tag, stored, self.plain, self.events,
         self.event_bytes, self.first_ns, self.span_ns, payload_check, head_check) = HEAD.unpack(head)
        check(magic == RECORD_MAGIC, "no record stands here")
        check(zlib.crc32(head[:52]) == head_check, "a damaged head")
        self.payload = file.read(stored)
        check(len(self.payload) == stored, "the file ends in a payload")
        check(zlib.crc32(self.payload) == payload_check, "a damaged payload")


def fields(message):
    """The fields of a protobuf message: number and value."""
    data = Bytes(message)
    while not data.is_at_end():
        key = data.varint()
        read = {0: data.varint, 1: lambda: struct.unpack("<Q", data.take(8))[0], 2: data.piece}
        yield key >> 3, read[key & 7]()


def field(message, number, default):
    """The last value of a field."""
    return dict(fields(message)).get(number, default)


def read_archive(path):
    """Gives the events of a finished archive."""
    with open(path, "rb") as file:
        check(file.read(8) == FILE_MAGIC, "no archive, or a later version")
        header = Record(file)
        check(header.kind == HEADER, "the header is missing")
        found, frame, begin, count = [], None, 0, 0
        while True:
            record = Record(file)
            check(record.tag == header.tag, "a record of another file")
            if record.kind == BLOCK:
                if record.number == 0:
                    frame, begin, count = Frame(), record.offset, 0
                events = frame.block(record)
                count += len(events)
                yield from events
            elif record.kind == SUMMARY:
                # A frame can be nothing but a summary.
                begin = record.offset if frame is None else begin
                check(field(record.payload, 1, 0) == count, "the summary counts otherwise")
                found.append((begin, file.tell() - begin, record.payload))
                frame, count = None, 0
            elif record.kind == INDEX:
                entries = [entry for number, entry in fields(record.payload) if number == 1]
                listed = [tuple(field(entry, n, 0) for n in (1, 2, 3)) for entry in entries]
                check(listed == found, "the index lists other frames")
                trailer = struct.unpack("<Q8s", file.read())
                check(trailer == (record.offset, TRAILER_MAGIC), "a damaged trailer")
                return


# Frames and blocks ---------------------------------------------------------


class Ring:
    """The last values that were new."""

    def __init__(self, size):
        self.values, self.size, self.at = [], size, 0

    def add(self, value):
        if len(self.values) < self.size:
            self.values.append(value)
        else:
            self.values[self.at] = value
        self.at = (self.at + 1) % self.size

    def read(self, codes, count, new):
        """`count` values by their codes; `new` gives the next one that is new."""
        codes, values, expected = Bytes(codes), [], 0
        for _ in range(count):
            code = codes.varint()
            if code == 0:
                values.append(new())
                self.add(values[-1])
            else:
                place = expected + unzigzag(code - 1)
                check(0 <= place < len(self.values), "a reference to nothing")
                values.append(self.values[place])
                expected = place + 1
        check(codes.is_at_end(), "too many codes")
        return values


class Column:
    """What a column remembers through its frame, and its values in a block."""

    def __init__(self):
        self.last, self.last_length, self.last_word = 0, 0, 0
        self.words, self.layouts = [], []
        self.values = iter(())

    def next(self):
        value = next(self.values, None)
        check(value is not None, "a column has too few values")
        return value


def planes(data, count, width):
    parts = [data.take(count) for _ in range(width)]
    return [int.from_bytes(value, "little") for value in zip(*parts)]


class Frame:
    def __init__(self):
        self.zstd = zstandard.ZstdDecompressor().decompressobj()
        self.columns, self.prefixes = {}, []
        self.numbers, self.hashes = Ring(NUMBER_RING), Ring(HASH_RING)

    def column(self, number):
        return self.columns.setdefault(number, Column())

    def block(self, record):
        """The events of the frame's next block."""
        plain = self.zstd.decompress(record.payload)
        check(len(plain) == record.plain, "a block of another length")
        data = Bytes(plain)
        events_check = struct.unpack("<I", data.take(4))[0]
        for _ in range(data.varint()):
            layouts = self.column(data.varint())
            self.prefixes.append((layouts, data.piece()))
        for _ in range(data.varint()):
            layouts = self.column(data.varint())
            layouts.layouts.append([self.read_field(data) for _ in range(data.varint())])
        self.read_columns(data)
        events = [self.event() for _ in range(record.events)]
        all_events = b"".join(events)
        check(len(all_events) == record.event_bytes, "events of another length")
        check(zlib.crc32(all_events) == events_check, "wrong events")
        for column in self.columns.values():
            check(next(column.values, None) is None, "a column has values left over")
        return events

    def read_field(self, data):
        key, target = data.varint(), data.varint()
        count = self.column(data.varint()) if target & RUN else None
        return key, target & 7, self.column(target >> 3), count

    # Columns

    def read_columns(self, data):
        listed, number = [], -1
        while distance := data.varint():
            number += distance >> 1
            listed.append((self.column(number), distance & 1))
        new_hashes = Bytes(data.piece())
        for column, is_bytes in listed:
            if is_bytes:
                column.values = iter(self.read_bytes(data, column, new_hashes))
            else:
                values, column.last = self.read_numbers(data, column.last)
                column.values = iter(values)
        check(data.is_at_end() and new_hashes.is_at_end(), "a block has bytes left over")

    def read_numbers(self, data, last):
        """The numbers of a column, and the last of them."""
        count, byte = data.varint(), data.byte()
        form, width = byte >> 4, byte & 15
        if form == 0:
            step = unzigzag(data.varint())
            values = [(last + step * (place + 1)) % LIMIT for place in range(count)]
        elif form == 1:
            least = data.varint()
            values = [(least + value) % LIMIT for value in planes(data, count, width)]
        elif form == 2:
            values = self.sums(last, planes(data, count, width))
        elif form == 3:
            least = data.varint()
            values = [(least + data.varint()) % LIMIT for _ in range(count)]
        elif form == 4:
            values = self.sums(last, [data.varint() for _ in range(count)])
        elif form == 5:
            codes = data.piece()
            # In a varint's shortest form only the code 0 has a byte 0.
            new = iter(planes(data, codes.count(0), 8))
            values = self.numbers.read(codes, count, lambda: next(new))
        else:
            raise ValueError("an unknown form of numbers")
        return values, values[-1]

    @staticmethod
    def sums(last, differences):
        values = []
        for difference in differences:
            last = (last + unzigzag(difference)) % LIMIT
            values.append(last)
        return values

    def read_bytes(self, data, column, new_hashes):
        form = data.byte()
        if form == 0:
            lengths, column.last_length = self.read_numbers(data, column.last_length)
            return [data.take(length) for length in lengths]
        if form == 1:
            column.words += [data.piece() for _ in range(data.varint())]
            words, column.last_word = self.read_numbers(data, column.last_word)
            return [column.words[word] for word in words]
        check(form == 2, "an unknown form of bytes")
        count = data.varint()
        codes = data.piece() or bytes(count)
        return self.hashes.read(codes, count, lambda: new_hashes.take(32))

    # Events

    def event(self):
        prefix = self.column(0).next()
        if prefix == 0:
            return self.column(1).next()
        layouts, begin = self.prefixes[prefix - 1]
        return begin + self.message(layouts)

    def message(self, layouts):
        out, before = bytearray(), 0
        for key, flags, column, counts in layouts.layouts[layouts.next()]:
            for _ in range(counts.next() if flags & RUN else 1):
                out += put_varint(key)
                if key & 7 == 2:
                    value = self.message(column) if flags & MESSAGE else column.next()
                    out += put_varint(len(value)) + value
                    continue
                number = column.next()
                if flags & RELATIVE:
                    number = (number + before) % LIMIT
                before = number
                if key & 7 == 0:
                    out += put_varint(number)
                else:
                    length = 8 if key & 7 == 1 else 4
                    out += (number % (1 << (8 * length))).to_bytes(length, "little")
        return bytes(out)


if __name__ == "__main__":
    for one in read_archive(sys.argv[1]):
        sys.stdout.buffer.write(put_varint(len(one)) + one)
