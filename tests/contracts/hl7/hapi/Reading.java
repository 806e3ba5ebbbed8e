import ca.uhn.hl7v2.DefaultHapiContext;
import ca.uhn.hl7v2.HL7Exception;
import ca.uhn.hl7v2.llp.LLPException;
import ca.uhn.hl7v2.llp.MinLowerLayerProtocol;
import ca.uhn.hl7v2.model.Composite;
import ca.uhn.hl7v2.model.Message;
import ca.uhn.hl7v2.model.Primitive;
import ca.uhn.hl7v2.model.Segment;
import ca.uhn.hl7v2.model.Structure;
import ca.uhn.hl7v2.model.Type;
import ca.uhn.hl7v2.model.Varies;
import ca.uhn.hl7v2.parser.GenericModelClassFactory;
import ca.uhn.hl7v2.parser.PipeParser;
import ca.uhn.hl7v2.util.Hl7InputStreamMessageStringIterator;
import ca.uhn.hl7v2.validation.impl.ValidationContextFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What HAPI reads in MLLP blocks, one in each file of a folder: a line of JSON for each, in the order of their names.
 *
 * <p>A message is its segments, in order: [name, [field, ...]]; a field is its repetitions, a repetition its components,
 * a component its sub-components. HAPI takes off the framing, chooses the character set and splits the lines. A line
 * that is a text instead is the kind of exception it refused with.
 */
public final class Reading {
    private static final StringBuilder SAID = new StringBuilder();

    public static void main(String[] folder) throws IOException {
        List<Path> files = new ArrayList<>();
        try (var found = Files.list(Path.of(folder[0]))) {
            found.sorted().forEach(files::add);
        }
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        try (DefaultHapiContext context = new DefaultHapiContext(new GenericModelClassFactory())) {
            context.setValidationContext(ValidationContextFactory.noValidation());
            context.getParserConfiguration().setAllowUnknownVersions(true);
            PipeParser parser = context.getPipeParser();
            for (Path file : files) {
                SAID.setLength(0);
                try {
                    read(parser, Files.readAllBytes(file));
                } catch (HL7Exception | LLPException refused) {
                    SAID.setLength(0);
                    text(refused.getClass().getSimpleName());
                }
                out.println(SAID);
            }
        }
        out.flush();
    }

    private static void read(PipeParser parser, byte[] block) throws HL7Exception, LLPException, IOException {
        String sent = new MinLowerLayerProtocol(true).getReader(new ByteArrayInputStream(block)).getMessage();
        var messages = new Hl7InputStreamMessageStringIterator(new StringReader(sent));
        if (!messages.hasNext()) {
            throw new HL7Exception("no message");
        }
        Message message = parser.parse(messages.next());
        List<Segment> segments = new ArrayList<>();
        for (String name : message.getNames()) {
            for (Structure structure : message.getAll(name)) {
                segments.add((Segment) structure);
            }
        }
        list(segments, Reading::segment);
    }

    private static void segment(Segment segment) throws HL7Exception {
        List<Type[]> fields = new ArrayList<>();
        for (int number = 1; number <= segment.numFields(); number++) {
            fields.add(segment.getField(number));
        }
        SAID.append('[');
        text(segment.getName());
        SAID.append(',');
        list(fields, repetitions -> list(List.of(repetitions), Reading::repetition));
        SAID.append(']');
    }

    private static void repetition(Type type) throws HL7Exception {
        list(parts(type), component -> list(parts(component), Reading::value));
    }

    /** What a type is made of: of a simple one, itself. */
    private static List<Type> parts(Type type) {
        Type told = told(type);
        List<Type> found = new ArrayList<>();
        if (told instanceof Composite several) {
            found.addAll(List.of(several.getComponents()));
        } else {
            found.add(told);
        }
        for (int number = 0; number < type.getExtraComponents().numComponents(); number++) {
            found.add(type.getExtraComponents().getComponent(number));
        }
        return found;
    }

    private static Type told(Type type) {
        return type instanceof Varies varies ? varies.getData() : type;
    }

    private static void value(Type type) {
        String value = ((Primitive) told(type)).getValue();
        text(value == null ? "" : value);
    }

    private interface Writing<T> {
        void write(T one) throws HL7Exception;
    }

    private static <T> void list(List<T> all, Writing<T> writing) throws HL7Exception {
        SAID.append('[');
        for (int number = 0; number < all.size(); number++) {
            if (number > 0) {
                SAID.append(',');
            }
            writing.write(all.get(number));
        }
        SAID.append(']');
    }

    private static void text(String value) {
        SAID.append('"');
        for (char one : value.toCharArray()) {
            if (one < ' ' || one == '"' || one == '\\' || Character.isSurrogate(one)) {
                SAID.append(String.format("\\u%04x", (int) one));
            } else {
                SAID.append(one);
            }
        }
        SAID.append('"');
    }
}
