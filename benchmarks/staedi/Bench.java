import io.xlate.edi.schema.Schema;
import io.xlate.edi.schema.SchemaFactory;
import io.xlate.edi.stream.EDIInputFactory;
import io.xlate.edi.stream.EDIStreamEvent;
import io.xlate.edi.stream.EDIStreamReader;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** java -cp staedi.jar Bench.java FILE SCHEMA|- WARM ROUNDS: prints CPU seconds (median) and errors of one round. */
public class Bench {
    public static void main(String[] args) throws Exception {
        Schema schema = null;
        if (!args[1].equals("-")) {
            try (InputStream stream = new FileInputStream(args[1])) {
                schema = SchemaFactory.newFactory().createSchema(stream);
            }
        }
        int warm = Integer.parseInt(args[2]);
        int rounds = Integer.parseInt(args[3]);
        List<Long> taken = new ArrayList<>();
        long errors = 0;
        for (int round = 0; round < warm + rounds; round++) {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            errors = read(args[0], schema, round == 0);
            if (round >= warm) {
                taken.add(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start);
            }
        }
        Collections.sort(taken);
        System.out.println(taken.get(taken.size() / 2) / 1e9 + " " + errors);
    }

    static long read(String path, Schema schema, boolean tell) throws Exception {
        EDIInputFactory factory = EDIInputFactory.newFactory();
        long errors = 0;
        try (InputStream stream = new BufferedInputStream(new FileInputStream(path));
                EDIStreamReader reader = factory.createEDIStreamReader(stream, "ISO-8859-1")) {
            while (reader.hasNext()) {
                EDIStreamEvent event = reader.next();
                switch (event) {
                case START_TRANSACTION:
                    if (schema != null) {
                        reader.setTransactionSchema(schema);
                    }
                    break;
                case ELEMENT_DATA:
                    reader.getText();
                    break;
                case SEGMENT_ERROR:
                case ELEMENT_OCCURRENCE_ERROR:
                case ELEMENT_DATA_ERROR:
                    errors++;
                    if (tell && errors <= 5) {
                        System.err.println(reader.getErrorType() + " " + reader.getLocation());
                    }
                    break;
                default:
                    break;
                }
            }
        }
        return errors;
    }
}
