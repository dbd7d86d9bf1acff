# Python 2.7 or Jython: what the newer Autobahn suite needs before it is called. The one parameter is the directory of
# its packages. The two octet loops of its library are replaced: they would take hours for the 1,000 messages per case.
import codecs
import sys
import types

sys.path.insert(0, "%s")
import twisted.internet


def stub(name, **attributes):
    module = types.ModuleType(name)
    module.__dict__.update(attributes)
    sys.modules[name] = module
    return module


# Imported by the suite but not used by its plain-text client and server; their own imports are not there.
twisted.internet.ssl = stub("twisted.internet.ssl", ClientContextFactory=object)
twisted.internet.stdio = stub("twisted.internet.stdio", PipeAddress=type("PipeAddress", (object,), {}))
stub("autobahntestsuite.serializer")

from autobahn.websocket import protocol

TABLES = ["".join(chr(octet ^ mask) for octet in range(256)) for mask in range(256)]


class Masker(object):
    """RFC 6455 section 5.3: each fourth octet is one translation."""

    def __init__(self, mask):
        self.lanes = [TABLES[ord(octet)] for octet in mask]
        self.at = 0

    def reset(self):
        self.at = 0

    def pointer(self):
        return self.at

    def process(self, data):
        out = bytearray(len(data))
        for lane in range(min(4, len(data))):
            out[lane::4] = data[lane::4].translate(self.lanes[(self.at + lane) & 3])
        self.at += len(data)
        return str(out)


class Utf8Validator(object):
    """Says of each chunk: (valid, ends on a code point, index in the chunk, index in all)."""

    def __init__(self):
        self.reset()

    def reset(self):
        self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.total = 0

    def validate(self, data):
        try:
            self.decoder.decode(data)
        except UnicodeError:
            return False, False, 0, self.total
        self.total += len(data)
        return True, not self.decoder.getstate()[0], len(data), self.total


protocol.createXorMasker = lambda mask, length=None: Masker(mask)
protocol.Utf8Validator = Utf8Validator

from autobahntestsuite import wstest

