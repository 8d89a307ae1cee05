package conformance;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What a store must hold, one fact a line, its words separated by tabs:
 *
 * <pre>
 * message  topic queueId queueOffset msgId offsetMsgId sha256OfBody tags keys   a record at its place
 * group    group topic queueId offset                                          where a group goes on
 * pending  topic body                                                          delayed, due after the switch
 * retry    group topic body                                                    to be delivered again after the switch
 * dead     group body                                                          in the dead-letter topic
 * gone     topic                                                               deleted before the switch
 * </pre>
 */
final class StoreManifest implements AutoCloseable {
  record Fact(String kind, List<String> words) {
    String word(int index) {
      return words.get(index);
    }

    int number(int index) {
      return Integer.parseInt(words.get(index));
    }
  }

  private final Writer out;

  private StoreManifest(Writer out) {
    this.out = out;
  }

  static StoreManifest append(Path file) throws IOException {
    return new StoreManifest(Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
  }

  /** Written out at once: the program may be killed after any acknowledgement. */
  synchronized void add(String kind, Object... words) throws IOException {
    StringBuilder line = new StringBuilder(kind);
    for (Object word : words) line.append('\t').append(word == null ? "" : word);
    out.append(line).append('\n');
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  static List<Fact> read(Path file) throws IOException {
    List<Fact> facts = new ArrayList<>();
    for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
      String[] words = line.split("\t", -1);
      facts.add(new Fact(words[0], List.of(words).subList(1, words.length)));
    }
    return facts;
  }

  static String sha256(byte[] body) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    } catch (java.security.NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
