package io.headgate.dataplane.codec.h2.hpack;

/**
 * Decodes the Huffman code of RFC 7541 appendix B. The code is canonical, so its lengths say all:
 * codes of one length are consecutive in the order of their symbols.
 *
 * <p>Codes of up to eight bits, which is nearly all of a usual head, take one look into a table of
 * 256; longer ones are found by their length.
 */
final class Huffman {
  private static final int SYMBOLS = 257;
  private static final int END_OF_STRING = 256;
  private static final int SHORTEST = 5;
  private static final int LONGEST = 30;

  /** The length of each symbol's code, as a letter: A for 5 bits up to Z for 30. */
  private static final String LENGTHS =
      "ISXXXXXXXTZXXZXXXXXXXXZXXXXXXXXXBFFHIBDGFFDGDBBBAAABBBBBBBCDKBHF"
          + "IBCCCCCCCCCCCCCCCCCCCCCCDCDIOIJBKABABABBBACCBBBABCBAABCCCCCKGJIX"
          + "PRPPRRRSRSSSSSTSTTRSTSSSSQRSRSSTRQPRRSSQSRRTQRSSQQRQSRSSPRRRSRRS"
          + "VVPORSRUVVVWWVTUOQVWWVWTQQVVXWWWPTPQRQQSRRUUTTVSVWVVWWWWWXWWWWWV"
          + "Z";

  /** For each first eight bits: length of the code and its symbol, 0 when the code is longer. */
  private static final short[] SHORT = new short[256];

  /** The first code of each length, and where its symbols begin in {@link #BY_CODE}. */
  private static final int[] FIRST = new int[LONGEST + 1];

  private static final int[] COUNT = new int[LONGEST + 1];
  private static final int[] START = new int[LONGEST + 1];
  private static final short[] BY_CODE = new short[SYMBOLS];

  static {
    int code = 0;
    int n = 0;
    for (int length = 1; length <= LONGEST; length++) {
      code <<= 1;
      FIRST[length] = code;
      START[length] = n;
      for (int symbol = 0; symbol < SYMBOLS; symbol++) {
        if (LENGTHS.charAt(symbol) - 'A' + SHORTEST == length) {
          BY_CODE[n++] = (short) symbol;
          if (length <= 8) {
            int from = code << (8 - length);
            for (int i = from; i < from + (1 << (8 - length)); i++) {
              SHORT[i] = (short) (length << 8 | symbol);
            }
          }
          code++;
        }
      }
      COUNT[length] = n - START[length];
    }
  }

  private Huffman() {}

  /** Returns the most bytes that so many coded ones can become. */
  static int mostDecoded(int length) {
    return length * 8 / SHORTEST;
  }

  /**
   * Decodes into an array that has room for {@link #mostDecoded}.
   *
   * @return where the text ends, or -1 when it is no code: the end-of-string symbol, or padding
   *     that is longer than seven bits or not of ones (§5.2)
   */
  static int decode(byte[] from, int offset, int length, byte[] to, int at) {
    long word = 0;
    int bits = 0;
    int i = offset;
    int end = offset + length;
    while (true) {
      while (bits <= 48 && i < end) {
        word = word << 8 | (from[i++] & 0xff);
        bits += 8;
      }
      if (bits < 8) {
        return finish(word, bits, to, at);
      }
      int found = SHORT[(int) (word >>> (bits - 8)) & 0xff];
      if (found != 0) {
        bits -= found >>> 8;
        to[at++] = (byte) found;
        continue;
      }
      int code = longCode(word, bits);
      if (code < 0) {
        return -1;
      }
      bits -= code >>> 16;
      to[at++] = (byte) code;
    }
  }

  /** Finds a code of more than eight bits: length and symbol, or -1. */
  private static int longCode(long word, int bits) {
    for (int length = 9; length <= Math.min(bits, LONGEST); length++) {
      int code = (int) (word >>> (bits - length)) & ((1 << length) - 1);
      int nth = code - FIRST[length];
      if (nth >= 0 && nth < COUNT[length]) {
        int symbol = BY_CODE[START[length] + nth];
        return symbol == END_OF_STRING ? -1 : length << 16 | symbol;
      }
    }
    return -1;
  }

  private static int finish(long word, int bits, byte[] to, int at) {
    while (bits > 0) {
      int ones = 0xff >>> bits;
      int head = (int) (word << (8 - bits)) & 0xff | ones;
      int found = SHORT[head];
      if (found == 0 || found >>> 8 > bits) {
        return head == 0xff ? at : -1;
      }
      bits -= found >>> 8;
      to[at++] = (byte) found;
    }
    return at;
  }
}
