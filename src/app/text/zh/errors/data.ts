import type { Catalogue } from '../../../../common/said';

export const data: Catalogue = {
  // common/issue
  'Invalid {0}: Expected {1} but received {2}': '应为{1}，实为{2}（{0}）',

  // common/npy-header
  'is no NumPy array': '不是NumPy数组',
  'is cut off within its header': '在文件头内中断',
  'has a header without type or shape': '的文件头没有类型或形状',

  // common/said
  '{0}, {1}': '{0}、{1}',
  '{0}; {1}': '{0}；{1}',

  // common/zip-directory
  'it holds impossible numbers': '它含有不可能的数值',
  'its directory, which stands at the end, is missing: the file is cut off': '它末尾的目录缺失：文件不完整',
  'its 64-bit end record is missing': '它的64位结尾记录缺失',
  'an entry lacks its 64-bit sizes': '有一个条目缺少64位大小',
  'it is cut off before its directory': '它在目录之前就中断了',
  'its directory is shorter than its end record says': '它的目录比结尾记录所说的短',

  // data/dataset
  test: '测试',
  training: '训练',
  'none of its {0} images could be read': '它的{0}图像都无法读取',
  'Of {0} classes, {1} could be read: {2}.{3} A stream needs two or more.': '{0}个类别中，{1}个可以读取：{2}。{3}任务流至少需要两个类别。',
  'it cannot be read': '无法读取',
  '{0} more': '另有{0}个',
  'not listed one by one': '不再逐一列出',

  // data/decode-browser
  'No canvas of {0} x {1} pixels is to be had.': '无法获得{0} x {1}像素的画布。',

  // data/decode-pnm
  'its PNM header is damaged': '它的PNM文件头已损坏',
  'its PNM data breaks off': '它的PNM数据中断了',

  // data/decode
  'not a PNG, JPEG, WebP, GIF, BMP, AVIF or PPM image, or cut off': '不是PNG、JPEG、WebP、GIF、BMP、AVIF或PPM图像，或不完整',
  'declares a size of {0} x {1}': '声明的尺寸为{0} x {1}',
  '{0} x {1} pixels are more than {2} million': '{0} x {1}像素超过{2}百万',
  ', or not by this browser': '，或此浏览器不能解码',
  'its {0} data cannot be decoded{1}': '它的{0}数据无法解码{1}',

  // data/edit-classes
  'There is no class "{0}" to be called "{1}".': '没有可改名为“{1}”的类别“{0}”。',

  // data/image-header
  'it is a TIFF picture, which browsers do not read: save it as PNG': '它是TIFF图片，浏览器不能读取：请存为PNG',
  'it is a HEIC picture, which browsers do not read: save it as JPEG': '它是HEIC图片，浏览器不能读取：请存为JPEG',
  'it is a pointer of Git LFS, not the picture: fetch the files with "git lfs pull"':
    '它是Git LFS的指针，不是图片：请用“git lfs pull”获取文件',
  'it is a web page, not a picture: the download failed': '它是网页，不是图片：下载失败了',
  'it is a drawing (SVG), which has no pixels: save it as PNG': '它是矢量图（SVG），没有像素：请存为PNG',

  // data/image-store
  '{0} images of {1} x {2} need {3}, which this tab does not get. Use fewer images per class or a smaller input size.':
    '{0}张{1} x {2}的图像需要{3}，此标签页得不到这么多内存。请减少每个类别的图像，或使用更小的输入尺寸。',

  // data/jpeg-end
  'its JPEG data breaks off before the end. Download or copy it again': '它的JPEG数据没有到末尾就中断了。请重新下载或复制',

  // data/left-out
  'class {0}': '类别{0}',
  '{0}, such as "{1}" ({2})': '{0}，例如“{1}”（{2}）',
  '{0} file': '{0}个文件',
  '{0} files': '{0}个文件',
  'and {0}': '以及{0}',
  '{0} more file': '另外{0}个文件',
  '{0} more files': '另外{0}个文件',
  ' Left out: {0}.': '略去：{0}。',

  // data/npy
  '"{0}" {1}. It is damaged or something else.': '“{0}”{1}。它已损坏，或是别的文件。',
  '"{0}" is an array of Python objects, which only running code could read. Save it as plain numbers.':
    '“{0}”是Python对象的数组，只有运行代码才能读取。请存为普通数值。',
  '"{0}" holds items of type "{1}", which are not read here.': '“{0}”的元素类型为“{1}”，这里不能读取。',
  '"{0}" is in Fortran order. Save it with np.ascontiguousarray.': '“{0}”按Fortran顺序存储。请用np.ascontiguousarray保存。',
  '"{0}" declares {1} of {2}, but holds {3} bytes. It is cut off or damaged.': '“{0}”声明为{2}的{1}，但只有{3}字节。它不完整或已损坏。',

  // data/scratch-browser
  'This import needs {0} of disk, and the browser has {1} left for this site. Free some disk, or {2}.':
    '此次导入需要{0}磁盘空间，浏览器给本站的还剩{1}。请释放一些磁盘空间，或{2}。',
  'The disk is full: the browser gives this site no more room. Nothing of the import was kept. Free some disk, or use fewer images per class.':
    '解开压缩包并拖入文件夹',
  'unpack the archive and drop the folder': '减少每个类别的图像',
  'use fewer images per class': '磁盘已满：浏览器不再给本站空间。此次导入的内容都没有保存。请释放一些磁盘空间，或减少每个类别的图像。',

  // data/scratch
  'Unpacked, the archive takes more than {0}, and this browser lends no disk. Unpack it and drop the folder.':
    '压缩包解开后超过{0}，而此浏览器不提供磁盘。请自行解开并拖入文件夹。',

  // data/source
  'a RAR archive': 'RAR压缩包',
  'a 7-Zip archive': '7-Zip压缩包',
  'packed with xz': '以xz打包的文件',
  'packed with bzip2': '以bzip2打包的文件',
  'packed with Zstandard': '以Zstandard打包的文件',
  'an HDF5 file': 'HDF5文件',
  'a MATLAB file': 'MATLAB文件',
  '"{0}" is not an archive that is read here ({1}, npz, Parquet). Drop one of these or a folder with one folder of images per class.':
    '“{0}”不是这里能读取的压缩包（{1}、npz、Parquet）。请拖入其中一种，或一个每个类别各有一个图像文件夹的文件夹。',
  '"{0}" is not an archive that is read here: it is {1}. Unpack it and drop the folder, or pack it as {2}.':
    '“{0}”不是这里能读取的压缩包：它是{1}。请解开并拖入文件夹，或打包为{2}。',
  'There are no files. Drop an archive or a folder of images.': '没有文件。请拖入压缩包或图像文件夹。',
  'The archives have {0} files; at most {1} are read. Split them.': '这些压缩包共有{0}个文件；最多读取{1}个。请拆分。',

  // data/task-plan
  'Task "{0}" would have one class only, and a classifier of one class has nothing to learn. {1}':
    '任务“{0}”只会有一个类别，只有一个类别的分类器没有什么可学。{1}',
  'Task {0}': '任务{0}',
  'Give 2 or more classes a task.': '请让每个任务有2个或更多类别。',
  '{0} classes in tasks of {1} leave one over: choose another number, or keep {2} classes (stream.maxClasses).':
    '{0}个类别按每任务{1}个划分会剩下一个：请换一个数，或只保留{2}个类别（stream.maxClasses）。',
  'Give every task 2 or more classes.': '请给每个任务2个或更多类别。',
  'The tasks ask for {0} classes in all ({1}), but there are {2}.': '各任务共要{0}个类别（{1}），但只有{2}个。',
  'There is no domain "{0}". {1}': '没有域“{0}”。{1}',
  'These images have none.': '这些图像没有域。',
  'There are: {0}.': '有：{0}。',
  'Class "{0}" is twice in task "{1}".': '类别“{0}”在任务“{1}”中出现了两次。',
  'Class "{0}" is in task "{1}" and again in task "{2}". A class belongs to one task, or to one for each domain.':
    '类别“{0}”既在任务“{1}”中，又在任务“{2}”中。一个类别属于一个任务，或在每个域中各属于一个任务。',
  'Task "{0}" mixes classes that came before with others ("{1}" came before). A task brings new classes, or exactly those of an earlier task in another domain.':
    '任务“{0}”把之前出现过的类别与别的混在一起（“{1}”之前出现过）。一个任务带来新类别，或恰好是另一域中某个先前任务的类别。',
  'Task "{0}" takes classes of several earlier tasks. Give it exactly those of one of them, in another domain.':
    '任务“{0}”取了几个先前任务的类别。请恰好给它其中一个任务的类别，换一个域。',
  'Name 2 or more.': '请列出2个或更多。',
  'Task "{0}" names the class "{1}", which is not there. There are {2}: {3}{4}.':
    '任务“{0}”提到类别“{1}”，但没有这个类别。共有{2}个：{3}{4}。',
  'Keep more classes, fewer, or choose another split.': '请保留更多或更少的类别，或换一种划分。',

  // data/tasks
  'A stream needs at least two classes; {0} left.': '任务流至少需要两个类别；只剩{0}个。',
  'Task "{0}" has no {1} images. Leave it out or add some.': '任务“{0}”没有{1}图像。请去掉它，或添加一些。',

  // data/understood
  '"{0}": {1}': '“{0}”：{1}',
  '{0} Choose one, or set stream.{1} in the experiment ({2}).': '{0}请选择一个，或在实验中设置stream.{1}（{2}）。',

  // data/value-range
  '"{0}" is no range of brightness. It looks like 0..1 or -1..1, or is one of {1}.':
    '“{0}”不是亮度范围。它应形如0..1或-1..1，或为{1}之一。',
  'it holds values that are no numbers (NaN)': '它含有非数值（NaN）',
  '{0} is black, {1} is white{2}': '{0}为黑，{1}为白{2}',
  ' (the least and the largest number)': '（最小和最大的数）',
  'standardised by {0} mean and deviation': '按{0}的均值和标准差标准化',
  '{0} holds numbers from {1} to {2}, not bytes from 0 to 255: which of them are black and white?':
    '{0}的数值从{1}到{2}，不是0到255的字节：其中哪个为黑，哪个为白？',

  // data/containers/entry-paths
  'its path leads out of the archive: it begins at the root of a disk': '它的路径指向压缩包之外：它从磁盘根目录开始',
  'its path leads out of the archive: it climbs with ".."': '它的路径指向压缩包之外：它用“..”向上',

  // data/containers/folder
  'its path leads out of the folder': '它的路径指向文件夹之外',
  'another file has the same name': '另一个文件同名',
  '"{0}" can no longer be read: it was moved, changed or deleted since it was dropped. Drop it again.':
    '“{0}”不能再读取：拖入之后它被移动、更改或删除了。请重新拖入。',

  // data/containers/gzip
  'The gzip file is cut off or damaged. Download or pack it again.': 'gzip文件不完整或已损坏。请重新下载或打包。',
  'The gzip file unpacks to more than {0}. Split it.': 'gzip文件解开超过{0}。请拆分。',
  'The gzip file unpacks to more than {0} times its size, as only a bomb does.': 'gzip文件解开超过其大小的{0}倍，只有压缩炸弹才会这样。',

  // data/containers/tar-headers
  'The tar archive is cut off or damaged. Download or pack it again.': 'tar压缩包不完整或已损坏。请重新下载或打包。',

  // data/containers/tar-sparse
  'its map of zeros is damaged': '它的零值映射已损坏',
  'it unpacks to {0} bytes, nearly all of them zeros, as only a bomb does': '它解开为{0}字节，几乎全是零，只有压缩炸弹才会这样',

  // data/containers/tar
  'it is a link, not a file': '它是链接，不是文件',
  'it is no plain file': '它不是普通文件',
  'it takes {0}, more than {1}': '它需要{0}，超过{1}',
  'another entry has the same name': '另一个条目同名',
  'it is a link to "{0}", which is no earlier file of the archive': '它是指向“{0}”的链接，而压缩包中此前没有这个文件',
  'The archive has more than {0} files. Split it.': '压缩包有超过{0}个文件。请拆分。',
  'end of the archive': '压缩包的结尾',
  'its end mark is missing: it may have been cut off': '它的结尾标记缺失：可能不完整',
  'Names in the archive are read': '压缩包中的名称',

  // data/containers/zip
  'The archive is cut off or damaged: {0}. Download or pack it again.': '压缩包不完整或已损坏：{0}。请重新下载或打包。',
  '"{0}" in the archive is damaged, or not as large as declared. Pack the archive again.':
    '压缩包中的“{0}”已损坏，或大小与声明不符。请重新打包。',
  'method {0}': '方法{0}',
  '{0} (method {1})': '{0}（方法{1}）',
  'it is packed by {0}, which is not read: unpack the archive and drop the folder, or pack it again with "deflate"':
    '它用{0}打包，这里不能读取：请解开压缩包并拖入文件夹，或用“deflate”重新打包',
  'it unpacks to {0}, more than {1}': '它解开为{0}，超过{1}',
  'it unpacks to {0} times its size, as only a zip bomb does': '它解开为其大小的{0}倍，只有zip炸弹才会这样',
  'The archive has {0} files; at most {1} are read. Split it.': '压缩包有{0}个文件；最多读取{1}个。请拆分。',
  'The archive is encrypted. Unpack it with its password and pack it again without one.':
    '压缩包已加密。请用密码解开，再不带密码重新打包。',
  'The archive unpacks to {0}; at most {1} are read. Split it.': '压缩包解开为{0}；最多读取{1}。请拆分。',

  // data/layouts/arrays
  '"{0}" has the shape {1}; images are count x height x width, with 1, 3 or 4 channels or without.':
    '“{0}”的形状为{1}；图像为数量×高×宽，可有1、3或4个通道。',
  'marks several classes of one image: each image belongs to one class here': '在一张图像上标了几个类别：这里每张图像属于一个类别',
  'does not mark one class in each row': '并非每行标了一个类别',
  '"{0}" has the shape {1} x {2} and {3}. Save one number or name an image.': '“{0}”的形状为{1} x {2}，{3}。请为每张图像保存一个数或名称。',
  '"{0}" has the shape {1}; labels are one number or name an image.': '“{0}”的形状为{1}；标签为每张图像一个数或名称。',
  '"{0}" holds {1}; labels are whole numbers or names.': '“{0}”含有{1}；标签为整数或名称。',
  '"{0}" holds no finite number. Save its images anew.': '“{0}”不含有限数。请重新保存其图像。',
  '"{0}" holds {1}; pixels are numbers.': '“{0}”含有{1}；像素为数。',
  '"{0}" has {1} labels for the {2} images of "{3}".': '“{0}”有{1}个标签，而“{3}”有{2}张图像。',
  'None of the arrays ({0}) is named as images. Name them x_train and y_train, or images and labels.':
    '没有一个数组（{0}）以图像命名。请命名为x_train和y_train，或images和labels。',
  'it has no labels beside it': '它旁边没有标签',
  '"{0}" has no labels beside it. Save them as "y" or "labels" with the same ending.':
    '“{0}”旁边没有标签。请以“y”或“labels”为名、相同的结尾保存标签。',

  // data/layouts/assemble
  'it has one image, and training and test need one each': '它只有一张图像，而训练和测试各需要一张',
  'it has no training images': '它没有训练图像',
  'it has no test images': '它没有测试图像',
  '{0} images, such as {1}': '{0}张图像，例如{1}',
  'The test is drawn here, by the seed: {0} of {1} images.': '测试在这里按种子抽取：{1}张图像中的{0}张。',
  'no class': '没有类别',
  'only the class "{0}"': '只有类别“{0}”',
  'A stream needs two or more classes, but there is {0}{1}.{2}{3} Sort the images into one folder per class, or put a table of file names and labels beside them.':
    '任务流需要两个或更多类别，但{0}{1}。{2}{3}请把图像分到每个类别一个文件夹中，或在旁边放一个文件名与标签的表格。',

  // data/layouts/cifar
  'an array of the batch is not understood': '批次中的一个数组无法理解',
  '"{0}" is no pickle that is read here, or is cut off ({1}).': '“{0}”不是这里能读取的pickle，或不完整（{1}）。',
  '"{0}" asks for "{1}", which is refused: a pickle may run code, so only plain arrays and lists are read.':
    '“{0}”要求“{1}”，已拒绝：pickle可能运行代码，因此只读取普通的数组和列表。',
  '"{0}" has no "data" and "labels", as batches of CIFAR have.': '“{0}”没有CIFAR的批次所有的“data”和“labels”。',
  '"{0}" holds pixels of type {1}; unsigned bytes are expected.': '“{0}”的像素类型为{1}；应为无符号字节。',
  '"{0}" has {1} labels for pixels of shape {2}; 3072 a row are expected.': '“{0}”有{1}个标签，而像素的形状为{2}；每行应为3072个。',
  '"{0}" is {1} bytes long, no multiple of CIFAR\'s {2}. It is cut off or something else.':
    '“{0}”长{1}字节，不是CIFAR的{2}的倍数。它不完整，或是别的文件。',

  // data/layouts/find-image
  'it is listed, but not there': '列表中有，但没有这个文件',
  'it could be "{0}" or "{1}"': '它可能是“{0}”或“{1}”',

  // data/layouts/idx
  '"{0}" unpacks to {1}, which its packed size does not bear out.': '“{0}”解开为{1}，与它打包的大小不符。',
  '"{0}" is cut off or damaged. Download it again.': '“{0}”不完整或已损坏。请重新下载。',
  '"{0}" is no IDX file, or is cut off.': '“{0}”不是IDX文件，或不完整。',
  '"{0}" holds numbers of type {1}; unsigned bytes (8) are read.': '“{0}”的数值类型为{1}；这里读取无符号字节（8）。',
  '"{0}" declares {1} bytes, but holds {2}. It is cut off or damaged.': '“{0}”声明{1}字节，但含有{2}。它不完整或已损坏。',
  '"{0}" has the shape {1}; images are count x height x width.': '“{0}”的形状为{1}；图像为数量×高×宽。',
  '"{0}" came without its labels ({1}). Drop both together.': '“{0}”没有与标签（{1}）一起到来。请把两者一起拖入。',
  'it is no IDX file of this set': '它不是这一组的IDX文件',

  // data/layouts/image-files
  'PNG, JPEG, WebP, GIF, BMP, AVIF and PPM are read, sorted into one folder per class or listed in a table beside them.':
    '能读取PNG、JPEG、WebP、GIF、BMP、AVIF和PPM，每个类别一个文件夹，或在旁边的表格中列出。',
  'it is an archive inside: unpack it and drop that': '它是里面的压缩包：请解开再拖入',
  'browsers do not read this format: save it as JPEG or PNG': '浏览器不能读取此格式：请存为JPEG或PNG',
  'it is not an image': '它不是图像',
  '{0} image': '{0}张图像',
  '{0} images': '{0}张图像',
  '"{0}" holds the pixels themselves as text (columns {1}, …). Pixels in tables are not read: save the images as PNG, or as arrays x and y with numpy.savez.':
    '“{0}”以文本存放像素本身（列{1}，…）。这里不读取表格中的像素：请把图像存为PNG，或用numpy.savez存为数组x和y。',
  '"{0}" lists {1}, none of which came with it (columns {2}). Drop the folder that holds both.':
    '“{0}”列出{1}，但都没有一起到来（列{2}）。请拖入同时含有两者的文件夹。',
  '{0}, such as "{1}"': '{0}，例如“{1}”',
  '{0} other file': '{0}个其他文件',
  '{0} other files': '{0}个其他文件',
  'No images found: there is {0}.{1} {2}': '没有找到图像：有{0}。{1}{2}',
  'no table lists it': '没有表格列出它',
  'it lies in no class folder': '它不在任何类别文件夹中',
  'Class "{0}" is in task "{1}" and in task "{2}". A class belongs to one task; for the same classes under changing conditions call the column "domain".':
    '类别“{0}”既在任务“{1}”中，又在任务“{2}”中。一个类别属于一个任务；如果是同样的类别在变化的条件下，请把该列命名为“domain”。',
  'it is a copy: all of "{0}" lies once more in the folder around it': '它是副本：“{0}”的全部内容在外层文件夹中还有一份',
  '{0} in "{1}" lie once more in the folder around it: left aside.': '“{1}”中的{0}在外层文件夹中还有一份：已略去。',
  '"{0}" lists no image that is here.': '“{0}”没有列出这里的任何图像。',

  // data/layouts/pack
  '{0} is not valid JSON.': '{0}不是有效的JSON。',
  'This stream was packed for a newer version (schema {0}; this one reads {1}). Use an up-to-date site.':
    '此任务流为更新的版本打包（格式{0}；本版本读取{1}）。请使用最新的站点。',
  '{0}: field "{1}": {2}.': '{0}：字段“{1}”：{2}。',
  '{0}: field "{1}": {2}, but there are {3}.': '{0}：字段“{1}”：{2}，但只有{3}个。',
  'the sheet is {0} x {1} pixels, too small for {2} tiles of {3} in {4} columns': '图集为{0} x {1}像素，放不下{4}列共{2}个边长{3}的小图',
  '{0} names the sheet "{1}", which is missing. Pack the stream again.': '{0}提到图集“{1}”，但它缺失。请重新打包任务流。',

  // data/layouts/parquet
  'a page unpacks to {0}, as only a bomb does': '有一页解开为{0}，只有压缩炸弹才会这样',
  '"{0}" is no Parquet file, or is cut off. Download it again.': '“{0}”不是Parquet文件，或不完整。请重新下载。',
  '"{0}" declares more than the file holds. It is cut off or damaged; download it again.':
    '“{0}”声明的内容多于文件所有。它不完整或已损坏；请重新下载。',
  '"{0}" has {1} rows; at most {2} are read. Split it.': '“{0}”有{1}行；最多读取{2}行。请拆分。',
  '"{0}" has no column of {1}. It has: {2}.': '“{0}”没有{1}列。它有：{2}。',
  'Which column of "{0}" holds the classes? None is called "label".': '“{0}”的哪一列是类别？没有名为“label”的列。',
  'it has no image bytes; images kept as links elsewhere are not fetched': '它没有图像字节；以链接存放在别处的图像不会获取',
  'The labels are read': '标签',
  '"{0}" gives an image several labels (column "{1}": {2}). Each image belongs to one class here: keep one label a row.':
    '“{0}”给一张图像几个标签（列“{1}”：{2}）。这里每张图像属于一个类别：请每行保留一个标签。',
  'The labels of "{0}" cannot be read: the file is damaged. Download it again.': '“{0}”的标签无法读取：文件已损坏。请重新下载。',

  // data/layouts/places
  ' beside {0}': '（与{0}并列）',
  'Do the folders {0}{1} divide the images into training and test, or are they classes?': '文件夹{0}{1}是把图像分为训练和测试，还是类别？',
  'the {0} images in {1} are a split of their own; "{2}" is no class': '{1}中的{0}张图像自成一个划分；“{2}”不是类别',
  '"{0}" is the name of a class': '“{0}”是一个类别的名称',

  // data/layouts/table-columns
  'Which column of "{0}" holds the classes? None is called "label" or "class".': '“{0}”的哪一列是类别？没有名为“label”或“class”的列。',
  '{0}: {1}{2}': '{0}：{1}{2}',

  // data/layouts/tables
  '"{0}" is read': '表格“{0}”',
  '"{0}" gives an image several labels, such as "{1}". Each image belongs to one class here: keep one label a row.':
    '“{0}”给一张图像几个标签，例如“{1}”。这里每张图像属于一个类别：请每行保留一个标签。',
  '"{0}" gives an image several labels (the columns {1} are marked in one row). Each image belongs to one class here: keep one a row.':
    '“{0}”给一张图像几个标签（同一行标了列{1}）。这里每张图像属于一个类别：请每行保留一个。',
  'it is listed as "{0}" and as "{1}"': '它被列为“{0}”，又被列为“{1}”',
  'none of its columns ({0}) names an image that is here': '它的各列（{0}）都没有指出这里的图像',
  'none of its columns ({0}) gives images a class that others share': '它的各列（{0}）都没有给出多张图像共有的类别',
  '"{0}", line {1}, has the split "{2}"; train, test or validation are understood. Write one of these words, or leave the column "{3}" out.':
    '“{0}”第{1}行的划分为“{2}”；能理解的有train、test和validation。请写其中一个词，或去掉列“{3}”。',
  'column "{0}"': '列“{0}”',
  'column {0}': '列{0}',
  '{0} classes, one column each': '{0}个类别，每个一列',
  '{0} classes in {1}': '{1}中的{0}个类别',
  'no classes': '没有类别',
  '"{0}" lists {1} images ({2}) and {3}.': '“{0}”列出{1}张图像（{2}），{3}。',
  'The tables give images several labels, such as "{0}": {1}. Each image belongs to one class here: keep one row an image.':
    '这些表格给图像几个标签，例如“{0}”：{1}。这里每张图像属于一个类别：请每张图像保留一行。',

  // data/layouts/usage
  'There are test images, but none to learn from: no train folder, table or column. Add train/<class>/… with the images to learn from.':
    '有测试图像，但没有可供学习的：没有train文件夹、表格或列。请添加train/<class>/…，放入供学习的图像。',
  ' from {0}': '（来自{0}）',
  train: '训练',
  validation: '验证',
  further: '其他',
  '{0}{1}': '{0}{1}',
  '{0} {1} image': '{0}张{1}图像',
  '{0} {1} images': '{0}张{1}图像',
  'The training images call a class "{0}", the test images "{1}": no class has both. Give the folders or labels the same names.':
    '训练图像中的类别叫“{0}”，测试图像中的叫“{1}”：没有一个类别两边都有。请给文件夹或标签相同的名称。',
  'it has no label': '它没有标签',
  '{0} has no class: left aside.': '{0}没有类别：已略去。',
  '{0} have no class: left aside.': '{0}没有类别：已略去。',
  '{0}: left aside, {1}.': '{0}：已略去，{1}。',
  'it lies outside train/ and test/': '它在train/和test/之外',
  'outside training and test': '在训练和测试之外',
  '{0}; no test images whose class is known.': '{0}；没有已知类别的测试图像。',
  'Training and test hold different classes ({0} and {1}), as few-shot sets do: all {2} are used, each divided here.':
    '训练和测试含有不同的类别（{0}个和{1}个），如少样本数据集那样：全部{2}个都使用，每个在这里划分。',
  'the validation split is not used where there is a test split': '有测试划分时不使用验证划分',
  'because there is a test split': '因为有测试划分',
  '{0} as the test': '以{0}为测试',
  '{0}, {1}.': '{0}，{1}。',

  // data/text/decode-texts
  'cp850 (DOS, Western Europe)': 'cp850（DOS，西欧）',
  'Windows-1252 (Western Europe)': 'Windows-1252（西欧）',
  'Windows-1251 (Cyrillic)': 'Windows-1251（西里尔文）',
  'cp866 (DOS, Cyrillic)': 'cp866（DOS，西里尔文）',
  'Shift-JIS (Japanese)': 'Shift-JIS（日文）',
  'GBK (Chinese, simplified)': 'GBK（简体中文）',
  'Big5 (Chinese, traditional)': 'Big5（繁体中文）',
  'EUC-KR (Korean)': 'EUC-KR（韩文）',
  '{0} in {1}.': '{0}按{1}读取。',
  '{0} do not say how they are written.': '{0}没有说明用什么编码写成。',
};
