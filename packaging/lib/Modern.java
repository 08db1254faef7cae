import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Rewrites the classes of a jar in a newer format where theirs is older than Java 6's, as
/// picocli's is: no class archive takes these, and their verification at each start is slow. The
/// code stays as it is; what is added are the stack maps that the newer verification reads.
final class Modern {
    /// The last format without stack maps.
    private static final int JAVA_5 = ClassFile.JAVA_5_VERSION;

    private static final int JAVA_8 = ClassFile.JAVA_8_VERSION;

    private Modern() {}

    /// @param args the jar, which is replaced, and the time of its entries in seconds since 1970
    public static void main(String[] args) throws IOException {
        Path jar = Path.of(args[0]);
        long millis = Long.parseLong(args[1]) * 1_000;
        Path fresh = Path.of(jar + ".new");
        try (JarFile in = new JarFile(jar.toFile());
                URLClassLoader classes = new URLClassLoader(new URL[] {jar.toUri().toURL()});
                OutputStream file = Files.newOutputStream(fresh);
                ZipOutputStream out = new ZipOutputStream(file)) {
            ClassFile format =
                    ClassFile.of(
                            StackMapsOption.GENERATE_STACK_MAPS,
                            ClassHierarchyResolverOption.of(
                                    ClassHierarchyResolver.ofResourceParsing(classes)));
            for (ZipEntry entry : in.stream().toList()) {
                byte[] bytes = in.getInputStream(entry).readAllBytes();
                ZipEntry copy = new ZipEntry(entry.getName());
                copy.setTime(millis);
                out.putNextEntry(copy);
                out.write(entry.getName().endsWith(".class") ? modern(format, bytes) : bytes);
            }
        }
        Files.move(fresh, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    private static byte[] modern(ClassFile format, byte[] bytes) {
        ClassModel model = format.parse(bytes);
        if (model.majorVersion() > JAVA_5) {
            return bytes;
        }
        ClassTransform newer = ClassTransform.endHandler(it -> it.withVersion(JAVA_8, 0));
        return format.transformClass(
                model,
                newer.andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)));
    }
}
